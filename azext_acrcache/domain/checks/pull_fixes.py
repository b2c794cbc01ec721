"""Lines that fix what a pull through the cache met."""
from __future__ import annotations

from azext_acrcache.domain.checks.sign_in import network_fixes
from azext_acrcache.domain.guidance.az_lines import AzLine, LineContext
from azext_acrcache.domain.guidance.fix import Fix
from azext_acrcache.domain.guidance.fixes import WRITE_ROLES, WRITE_RULE, Fixes
from azext_acrcache.domain.guidance.rule_proposals import RuleProposals
from azext_acrcache.domain.state.observed import Registry
from azext_acrcache.domain.state.pull_probe import PullProbe
from azext_acrcache.domain.values.registry_modes import ABAC
from azext_acrcache.domain.values.repositories import Source


class PullFixes:
    """:param proposals: for images without a rule. :param lines: what every line keeps."""

    def __init__(self, registry: Registry, proposals: RuleProposals, lines: LineContext = LineContext()):
        self._registry, self._proposals, self._lines = registry, proposals, lines

    def pull_role(self, object_id: str, principal_type: str, repository: str) -> Fix:
        line = self._on_registry("acrcache", "grant", "pull").option("--assignee-object-id", object_id)
        line = line.option("--assignee-principal-type", principal_type)
        line = line.option("--repository", repository if self._registry.mode == ABAC else None)
        return Fix(str(line), f"{WRITE_ROLES} on {self._registry.name}")

    def rule_for(self, upstream: Source) -> Fix:
        return Fix(self._proposals.line(upstream), f"{WRITE_RULE} on {self._registry.name}")

    def verified_upstream(self, probe: PullProbe) -> list[Fix]:
        """None where no rule serves the image."""
        if probe.target.rule is None:
            return []
        line = self._on_registry("acrcache", "verify", "upstream").option("--name", probe.target.rule.name)
        return [Fix(str(line),
                    "Microsoft.ContainerRegistry/registries/cacheRules/read and the right to read the two secrets")]

    def new_sign_in(self) -> Fix:
        return Fix(str(self._lines.line("acr", "login").registry(self._registry.id, "--name")), "nothing")

    def network(self, address: str | None) -> list[Fix]:
        return network_fixes(self._registry, address, self._lines)

    def trusted_services(self) -> Fix:
        return Fixes(self._registry.id, self._lines).registry("--allow-trusted-services", "true")

    def _on_registry(self, *command: str) -> AzLine:
        return self._lines.line(*command).registry(self._registry.id)
