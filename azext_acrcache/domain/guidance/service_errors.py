"""Refusals of cache rules and credential sets by ARM, and what to do about each.

Sources: the error catalogue of artifact cache (troubleshoot-artifact-cache and the threads that quote its codes).
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

from azext_acrcache.domain.guidance.az_lines import Advice, AzLine
from azext_acrcache.domain.values.arm_ids import ArmId

_UNSUPPORTED, _PREVIEW = "UpstreamNotSupported", "CannotCreateCacheRuleWithManagedIdentity"
_WAYS_ON = {
    "EnforceDockerAuthentication": "Give the rule a credential set: --cred-set, or --vault with --username-id and "
                                   "--password-id.",
    "TargetRepositoryPrefixMatchesExistingRegistries": "Choose a target below which the registry holds nothing, with "
                                                       "--target-repo.",
    "GenericResourceNameWithHyphenInvalid": "Choose a name of 5 to 49 letters, digits and hyphens with --name."}
_OTHER_TARGET = "Choose another target with --target-repo; the registry may not let you see what it holds."


@dataclass(frozen=True)
class Refused:
    """What was refused. :ivar registry: where. :ivar source: the upstream's repository, or the upstream alone."""

    registry: ArmId
    source: str


def needs_another_request(code: str) -> bool:
    """Whether the same command would be refused again: its way on is another name, target or upstream."""
    return code in _WAYS_ON or code == _UNSUPPORTED or code.startswith("TargetRepository")


def recommendations_for(code: str, refused: Refused | None) -> list[str]:
    """Hints for a refusal; none for a code that says it all or is unknown.

    :param refused: None for what is neither a rule nor a credential set; then no line can be given.
    """
    if code in _LINES:
        return [_LINES[code](refused)] if refused else []
    if code.startswith("TargetRepository") and code not in _WAYS_ON:
        return [_OTHER_TARGET]
    return [_WAYS_ON[code]] if code in _WAYS_ON else []


def _import(refused: Refused) -> Advice:
    repository = refused.source if "/" in refused.source else f"{refused.source}/MyRepository"
    return Advice("Artifact cache does not draw from this upstream. Copy single images instead",
                  AzLine.of("acr", "import").registry(refused.registry, "--name")
                  .option("--source", f"{repository.replace('*', 'MyRepository')}:MyTag"))


def _feature(refused: Refused) -> Advice:
    # What is mended beside the command, which is then run again as it was.
    return Advice("The subscription needs a preview feature", AzLine.of("feature", "register")
                  .option("--namespace", "Microsoft.ContainerRegistry")
                  .option("--name", "ArtifactCacheManagedIdentityAuthentication").subscription(refused.registry))


_LINES: dict[str, Callable[[Refused], Advice]] = {_UNSUPPORTED: _import, _PREVIEW: _feature}
