"""The cache rule that an image without one needs, as a `bootstrap create` line."""
from __future__ import annotations

import shlex
from typing import Iterable

from azext_acrcache.domain.values.names import apart, rule_name_for
from azext_acrcache.domain.state.observed import CredentialSet, Registry, Rule
from azext_acrcache.domain.values.repositories import RepositoryPattern, Source
from azext_acrcache.domain.values.upstreams import REQUIRED, canonical_login_server, find_upstream, is_azure_registry


class RuleProposals:
    """For one registry. The same upstream repository always gets the same line.

    :param credential_sets: those that the caller may read; one of the upstream's login server is used again.
    """

    def __init__(self, registry: Registry, rules: Iterable[Rule], credential_sets: Iterable[CredentialSet] = ()):
        rules = list(rules)
        self._registry = registry
        self._names = {rule.name.lower() for rule in rules}
        self._targets = {rule.target for rule in rules}
        self._sets: dict[str, str] = {}
        self._identities: dict[str, str] = {}
        for rule in rules:
            host = canonical_login_server(rule.source.login_server)
            if rule.credential_set:
                self._sets.setdefault(host, rule.credential_set.name)
            if rule.identities:
                self._identities.setdefault(host, rule.identities[0])
        for found in credential_sets:
            self._sets.setdefault(canonical_login_server(found.login_server), found.name)
        self._lines: dict[Source, str] = {}

    def line(self, upstream: Source) -> str:
        """Credentials that nobody could know from here stand as MyVault, MyUserSecret and MyPasswordSecret."""
        if upstream not in self._lines:
            self._lines[upstream] = self._make(upstream)
        return self._lines[upstream]

    def _make(self, upstream: Source) -> str:
        target = self._free_target(upstream)
        words = ["az", "acrcache", "bootstrap", "create", "--registry", self._registry.name,
                 "--resource-group", self._registry.id.group, "--subscription", self._registry.id.subscription,
                 "--source-repo", str(upstream)]
        if target != upstream.default_target():
            words += ["--target-repo", str(target)]
        name = rule_name_for(upstream, target)
        if name.lower() in self._names:
            words += ["--name", apart(name, str(upstream))]
        return shlex.join(words + self._credentials(upstream.login_server)) + _remark(upstream, self._registry)

    def _free_target(self, upstream: Source) -> RepositoryPattern:
        # A plain target collides with an equal one only, so that no rule need be gone through.
        label = upstream.login_server.partition(".")[0]
        default = upstream.default_target()
        for path in (default.path, f"{label}/{default.path}", f"{upstream.login_server}/{default.path}",
                     f"{label}-cache/{default.path}"):
            if RepositoryPattern(path) not in self._targets:
                return RepositoryPattern(path)
        return RepositoryPattern(f"{label}-{len(self._targets)}/{default.path}")

    def _credentials(self, login_server: str) -> list[str]:
        if is_azure_registry(login_server):
            return ["--identity", self._identities.get(login_server, "MyIdentityId")]
        if login_server in self._sets:
            return ["--cred-set", self._sets[login_server]]
        upstream = find_upstream(login_server)
        if upstream and upstream.credentials == REQUIRED:
            return ["--vault", "MyVault", "--username-id", "MyUserSecret", "--password-id", "MyPasswordSecret"]
        return []


def _remark(upstream: Source, registry: Registry) -> str:
    """A shell comment, so that the line still runs: the list of upstreams is the service's and grows."""
    if find_upstream(upstream.login_server):
        return ""
    return (f"  # '{upstream.login_server}' is not among the upstreams known to be supported; if Azure refuses it, "
            f"copy the image: az acr import --name {registry.name} --source {upstream}:TAG")
