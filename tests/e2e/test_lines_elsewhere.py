"""Every line that a command prints runs as printed in a fresh shell, and does there what it says.

The world is a second subscription: the shell's own is `demo`, registry, vault and virtual machine are in `other`, and
the commands are given --subscription and --change-reference.
"""
from __future__ import annotations

import json
import re
import subprocess

import pytest
from az_runs import AzFork
from demo_world import OTHER, OTHER_VAULT

SECRET_ID = "https://othervault.vault.azure.net/secrets/dockerhub"
GIVEN = ["--subscription", OTHER, "--change-reference", "CHG 1"]
FAR = f"/subscriptions/{OTHER}/resourceGroups/vault-rg/providers/Microsoft.ContainerRegistry/registries/farreg"
GONE = "0c000000-0000-4000-8000-0000000000ee"
WORLD = {
    "registries": [{"name": "farreg", "subscription": OTHER, "group": "vault-rg",
                    "credentialSets": [{"name": "hub", "loginServer": "docker.io", "username": f"{SECRET_ID}-user",
                                        "password": f"{SECRET_ID}-pat"}],
                    "cacheRules": [{"name": "ubuntu-rule", "source": "docker.io/library/ubuntu", "target": "ubuntu",
                                    "credentialSet": "hub"}]}],
    "virtualMachines": [{"name": "far-vm", "subscription": OTHER, "group": "vault-rg", "identity": {
        "system": {"principalId": "0c000000-0000-4000-8000-0000000000e1",
                   "clientId": "0d000000-0000-4000-8000-0000000000e1"}}}]}
GRANTED = [{"principal": "hub", "role": "Key Vault Secrets User", "scope": OTHER_VAULT},
           {"principal": "far-vm", "role": "AcrPull", "scope": FAR}]

# What is run by somebody who may not write role assignments, and who besides must be there already.
BLOCKED = {
    "bootstrap create": ("bootstrap create -r farreg -s docker.io/library/nginx -c new-hub --vault othervault "
                         "-u dockerhub-user -p dockerhub-pat --wait-timeout 2", []),
    "grant vault": ("grant vault -r farreg -c hub --wait-timeout 2", []),
    "grant pull": ("grant pull -r farreg --vm far-vm --wait-timeout 2", []),
    "grant revoke": ("grant revoke -r farreg --vm far-vm --yes --wait-timeout 2", GRANTED),
    "bootstrap delete": ("bootstrap delete -r farreg -n ubuntu-rule --yes --wait-timeout 2", GRANTED),
}


def words_of(line: str) -> list[str]:
    """The arguments that a real bash gives to az."""
    shown = subprocess.run(["bash", "-c", f"az() {{ printf '%s\\0' \"$@\"; }}\n{line}"], check=True, text=True,
                           stdout=subprocess.PIPE).stdout
    return shown.split("\0")[:-1]


@pytest.fixture
def shells(sim, az_as):
    """(name) -> a function that runs words in a fresh shell as that principal, whose subscription is `demo`."""
    configs = {name: az_as(name).config for name in ("owner", "contributor")}
    with AzFork(az_as(None)) as fork:
        yield lambda name: lambda *words: fork.run(configs[name], *words)


def printed(stderr: str) -> list[str]:
    """The lines to be run among what stands on stderr: alone, or behind `…: `."""
    return re.findall(r"(?:^|: )(az (?:acr|acrcache|role|keyvault) .*)$", stderr, re.MULTILINE)


def planned(ran: dict) -> list[tuple]:
    """What would change. Raises AssertionError for a command that does not plan."""
    assert ran["code"] == 0, ran
    return [(change["step"], change["change"], change["name"], change["id"])
            for change in json.loads(ran["stdout"])["changes"]]


@pytest.mark.parametrize("command", BLOCKED)
def test_what_is_handed_over_runs_in_a_fresh_shell_and_carrying_on_ends_it(shells, sim, command):
    words, more = BLOCKED[command]
    sim.seed({**WORLD, "roleAssignments": more})
    mine, theirs = shells("contributor"), shells("owner")
    before = mine("acrcache", *words.split(), *GIVEN)
    assert before["code"] == 1, before
    *handed_over, carry_on = json.loads(before["stdout"])["next"]
    assert handed_over and carry_on.startswith("az acrcache"), before
    assert {*handed_over, carry_on} <= set(printed(before["stderr"])), before
    for line in (*handed_over, *printed(before["stderr"])):
        assert "--subscription" in line and (line.split()[-1] == "table" or "--change-reference 'CHG 1'" in line), line
    for line in printed(before["stderr"]):
        if "--output table" in line:
            assert mine(*words_of(line)[:])["code"] == 0, line
    # The printed line plans what the command itself plans.
    again = [*words_of(carry_on), "--what-if"]
    assert planned(mine(*again)) == planned(mine("acrcache", *words.split(), *GIVEN, "--what-if"))
    for line in handed_over:
        ran = theirs(*words_of(line))
        assert ran["code"] == 0, (line, ran)
    ended = mine(*words_of(carry_on))
    assert ended["code"] == 0 and json.loads(ended["stdout"])["outcome"] in ("Applied", "NoChange"), ended


def test_fixes_of_a_chain_in_another_subscription_mend_it(shells, sim):
    sim.seed(WORLD)
    run = shells("owner")
    look = ["acrcache", "verify", "chain", "-r", "farreg", *GIVEN]
    broken = run(*look)
    assert broken["code"] == 4, broken
    for check in json.loads(broken["stdout"])["checks"]:
        if check["status"] == "fail":
            for fix in check["fix"]:
                assert "--subscription" in fix["command"] and "--change-reference 'CHG 1'" in fix["command"]
                ran = run(*words_of(fix["command"]))
                assert ran["code"] == 0, (fix, ran)
    assert run(*look)["code"] == 0


@pytest.mark.parametrize("words", [
    "bootstrap show -r farreg -n nginx", "grant vault -r farreg -c other-hub",
    "bootstrap delete -r farreg -c other-hub",
    "verify upstream -r farreg -n nginx", "verify chain -r farreg -n nginx", "grant revoke -r farreg -c other-hub"])
def test_the_way_on_behind_a_refusal_looks_at_the_same_registry(shells, sim, words):
    sim.seed(WORLD)
    run = shells("owner")
    # az takes no policy flags for commands of the name `show`.
    refused = run("acrcache", *words.split(), *(GIVEN[:2] if " show " in words else GIVEN))
    assert refused["code"] == 3, refused
    for line in printed(refused["stderr"]):
        looked = run(*words_of(line))
        assert looked["code"] == 0 and looked["stdout"].strip(), (line, looked)
    assert printed(refused["stderr"]), refused
