"""The commands against recorded traffic.

README.md beside `setup.py` tells how to record. A recording needs a registry (Standard or above) and a key vault with
Azure RBAC, both in the current subscription, named by ACRCACHE_TEST_REGISTRY and ACRCACHE_TEST_VAULT; the vault holds
the secrets dockerhub-user and dockerhub-pat. In recordings they have the names of the simulator's demo world.
"""
from __future__ import annotations

import json
import os
import tempfile

from azure.cli.testsdk import ScenarioTest

from azext_acrcache.tests.latest.recording import AssignmentNames, SecretScrubber, SignedParameters, TenantReplacer

REGISTRY, VAULT = "myregistry", "mykeyvault"
_SET = "ScenarioApply"
# Stored by test_acrcache_stores_secrets; must not be in any recording.
MARKER = "marker-value-5d41c0e7"


class AcrCacheScenarioTest(ScenarioTest):
    def __init__(self, method_name):
        self.tenant = TenantReplacer()
        steady = [AssignmentNames(), SignedParameters()]
        super().__init__(method_name, recording_processors=[SecretScrubber(), self.tenant, *steady],
                         replay_processors=steady)

    def setUp(self):
        super().setUp()
        names = {"registry": REGISTRY, "vault": VAULT}
        if self.in_recording:
            names = {"registry": os.environ.get("ACRCACHE_TEST_REGISTRY", REGISTRY),
                     "vault": os.environ.get("ACRCACHE_TEST_VAULT", VAULT)}
            self.name_replacer.register_name_pair(names["registry"], REGISTRY)
            self.name_replacer.register_name_pair(names["vault"], VAULT)
            self.tenant.tenant = self.cmd("account show").get_output_in_json()["tenantId"]
        self.kwargs.update(names, rule="ScenarioRule", cred_set="ScenarioCredSet",
                           vault_args=f"--vault {names['vault']} --username-id dockerhub-user "
                                      "--password-id dockerhub-pat")

    def _changes(self, result) -> list:
        return [(change["step"], change["change"]) for change in result.get_output_in_json()["changes"]]

    def test_acrcache_bootstrap(self):
        create = ("acrcache bootstrap create --registry {registry} --name {rule} --source-repo "
                  "docker.io/library/ubuntu --target-repo scenario/ubuntu --cred-set {cred_set} --login-server "
                  "docker.io {vault_args}")
        self.cmd(create + " --what-if", checks=[self.check("outcome", "Planned")])
        created = self.cmd(create + " --vault-access auto --vault-scope secret --wait-timeout 600", checks=[
            self.check("outcome", "Applied"), self.check("health[0].status", "Healthy"),
            self.check("length(changes[?step=='vaultAccess' && change=='Create'])", 2)])
        self.assertIn(("cacheRule", "Create"), self._changes(created))
        self.cmd(create, checks=[self.check("outcome", "NoChange")])
        self.cmd("acrcache bootstrap show --registry {registry} --name {rule}", checks=[
            self.check("source", "docker.io/library/ubuntu"), self.check("target", "scenario/ubuntu"),
            self.check("credentialSet.name", "{cred_set}"), self.check("vault.access", "rbac"),
            self.check("secrets[].name", ["dockerhub-user", "dockerhub-pat"])])
        self.cmd("acrcache bootstrap list --registry {registry}",
                 checks=[self.check("length([?name=='{rule}'])", 1)])
        self.cmd("acrcache bootstrap delete --registry {registry} --name {rule} --yes",
                 checks=[self.check("length(changes[?change=='Delete'])", 4)])
        self.cmd("acrcache bootstrap list --registry {registry}",
                 checks=[self.check("length([?name=='{rule}'])", 0)])

    def test_acrcache_bootstrap_without_credentials(self):
        self.cmd("acrcache bootstrap create --registry {registry} --source-repo mcr.microsoft.com/dotnet/* "
                 "--target-repo scenario/dotnet/* --name ScenarioMcr --no-wait",
                 checks=[self.check("outcome", "Applied"), self.check("health", [])])
        self.cmd("acrcache bootstrap show --registry {registry} --name ScenarioMcr",
                 checks=[self.check("credentialSet", None), self.check("target", "scenario/dotnet/*")])
        self.cmd("acrcache bootstrap delete --registry {registry} --name ScenarioMcr --yes")

    def test_acrcache_stores_secrets(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "password")
            with open(path, "w", encoding="utf-8") as file:
                file.write(MARKER + "\n")
            self.cmd("acrcache bootstrap create --registry {registry} --source-repo ghcr.io/contoso/tool "
                     "--target-repo scenario/tool --name ScenarioGhcr --cred-set ScenarioGhcr --vault {vault} "
                     "--username-id scenario-user --password-id scenario-pat --upstream-username scenario "
                     f"--upstream-password-file {path}",
                     checks=[self.check("outcome", "Applied"),
                             self.check("length(changes[?step=='secret' && change=='Create'])", 2)])
        self.cmd("acrcache bootstrap delete --registry {registry} --name ScenarioGhcr --yes")

    def test_acrcache_grant_vault(self):
        secrets = "https://{vault}.vault.azure.net/secrets/"
        self.cmd("acr credential-set create --registry {registry} --name {cred_set} --login-server docker.io "
                 f"--username-id {secrets}dockerhub-user --password-id {secrets}dockerhub-pat")
        self.cmd("acrcache grant vault --registry {registry} --name {cred_set} --vault-scope vault", checks=[
            self.check("outcome", "Applied"), self.check("health[0].status", "Healthy"),
            self.check("length(changes[?step=='vaultAccess' && change=='Create'])", 1)])
        self.cmd("acrcache bootstrap delete --registry {registry} --cred-set {cred_set} --yes")

    def test_acrcache_apply_and_export(self):
        hub = {"source": "docker.io/library/nginx", "target": "scenario/nginx", "credentialSet": _SET}
        mcr = {"source": "mcr.microsoft.com/dotnet/*", "target": "scenario/dotnet/*"}
        with tempfile.TemporaryDirectory() as folder:
            before, after = (self._manifest(folder, name, *rules) for name, rules in
                             (("before.json", (hub, mcr)), ("after.json", (hub,))))
            planned = self.cmd(f"acrcache bootstrap apply --file {before} --what-if", checks=[
                self.check("outcome", "Planned"), self.check("length(registries)", 1)]).get_output_in_json()
            self.cmd(f"acrcache bootstrap apply --file {before} --expect {planned['fingerprint']}", checks=[
                self.check("outcome", "Applied"), self.check("registries[0].health[0].status", "Healthy"),
                self.check("length(registries[0].changes[?change=='Create'])", 5)])
            self.cmd(f"acrcache bootstrap apply --file {before}", checks=[self.check("outcome", "NoChange")])
            exported = self.cmd("acrcache bootstrap export --registry {registry}").get_output_in_json()
            self.assertIn(_SET, [entry["name"] for entry in exported["registries"][0]["credentialSets"]])
            self.assertTrue({"scenario/nginx", "scenario/dotnet/*"} <=
                            {rule["target"] for rule in exported["registries"][0]["rules"]})
            self.cmd(f"acrcache bootstrap apply --file {after} --prune --yes", checks=[
                self.check("length(registries[0].changes[?change=='Delete'])", 1)])
            nothing = self._manifest(folder, "nothing.json", credential_sets=False)
            self.cmd(f"acrcache bootstrap apply --file {nothing} --prune --previous {after} --yes")
        self.cmd("acrcache bootstrap list --registry {registry}",
                 checks=[self.check("length([?starts_with(target, 'scenario/')])", 0)])

    def _manifest(self, folder: str, name: str, *rules: dict, credential_sets: bool = True) -> str:
        sets = [{"name": _SET, "loginServer": "docker.io", "vault": self.kwargs["vault"],
                 "usernameSecret": "dockerhub-user", "passwordSecret": "dockerhub-pat"}] if credential_sets else []
        path = os.path.join(folder, name)
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"apiVersion": "acrcache/v1", "registries": [
                {"registry": self.kwargs["registry"], "credentialSets": sets, "rules": list(rules)}]}, file)
        return path
