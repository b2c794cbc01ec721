"""The cache rule that an image without one needs, as a `bootstrap create` line."""
from __future__ import annotations

from typing import Iterable

from azext_acrcache.domain.guidance.az_lines import AzLine, LineContext
from azext_acrcache.domain.state.observed import CredentialSet, Registry, Rule
from azext_acrcache.domain.values.names import apart, rule_name_for
from azext_acrcache.domain.values.repositories import RepositoryPattern, Source
from azext_acrcache.domain.values.upstreams import REQUIRED, canonical_login_server, find_upstream, is_azure_registry


class RuleProposals:
    """For one registry. The same upstream repository always gets the same line.

    :param credential_sets: those that the caller may read; one of the upstream's login server is used again.
    :param context: what every line keeps; without it each names the registry's subscription.
    """

    def __init__(self, registry: Registry, rules: Iterable[Rule], credential_sets: Iterable[CredentialSet] = (),
                 context: LineContext = LineContext()):
        rules = list(rules)
        self._registry, self._context = registry, context
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
        for credential_set in credential_sets:
            self._sets.setdefault(canonical_login_server(credential_set.login_server), credential_set.name)
        self._lines: dict[Source, str] = {}

    def line(self, upstream: Source) -> str:
        """Credentials that nobody could know from here stand as MyVault, MyUserSecret and MyPasswordSecret."""
        if upstream not in self._lines:
            self._lines[upstream] = self._make(upstream)
        return self._lines[upstream]

    def _make(self, upstream: Source) -> str:
        target, name = self._free_target(upstream), None
        if rule_name_for(upstream, target).lower() in self._names:
            name = apart(rule_name_for(upstream, target), str(upstream))
        line = self._context.line("acrcache", "bootstrap", "create").registry(self._registry.id)
        line = line.option("--source-repo", str(upstream))
        line = line.option("--target-repo", str(target) if target != upstream.default_target() else None)
        line = self._with_credentials(line.option("--name", name), upstream.login_server)
        return str(line if find_upstream(upstream.login_server) else line.remark(self._doubt(upstream)))

    def _free_target(self, upstream: Source) -> RepositoryPattern:
        # A plain target collides with an equal one only, so that no rule need be gone through.
        label = upstream.login_server.partition(".")[0]
        default = upstream.default_target()
        for path in (default.path, f"{label}/{default.path}", f"{upstream.login_server}/{default.path}",
                     f"{label}-cache/{default.path}"):
            if RepositoryPattern(path) not in self._targets:
                return RepositoryPattern(path)
        return RepositoryPattern(f"{label}-{len(self._targets)}/{default.path}")

    def _with_credentials(self, line: AzLine, login_server: str) -> AzLine:
        if is_azure_registry(login_server):
            return line.option("--identity", self._identities.get(login_server, "MyIdentityId"))
        if login_server in self._sets:
            return line.option("--cred-set", self._sets[login_server])
        upstream = find_upstream(login_server)
        if upstream and upstream.credentials == REQUIRED:
            return line.option("--vault", "MyVault").option("--username-id", "MyUserSecret") \
                .option("--password-id", "MyPasswordSecret")
        return line

    def _doubt(self, upstream: Source) -> str:
        """A comment, so that the line still runs: the list of upstreams is the service's and grows."""
        copy = self._context.line("acr", "import").registry(self._registry.id, "--name")
        return (f"'{upstream.login_server}' is not among the upstreams known to be supported; if Azure refuses it, "
                f"copy the image: {copy.option('--source', f'{upstream}:TAG')}")
