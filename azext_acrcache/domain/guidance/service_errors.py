"""Refusals of cache rules and credential sets by ARM, and what to do about each.

Sources: the error catalogue of artifact cache (troubleshoot-artifact-cache and the threads that quote its codes).
"""
from __future__ import annotations

_WAYS_ON = {
    "EnforceDockerAuthentication": ["Give the rule a credential set: --cred-set, or --vault with --username-id and "
                                    "--password-id."],
    "UpstreamNotSupported": ["Artifact cache does not draw from this upstream. Copy single images instead: "
                             "az acr import --name MyRegistry --source UPSTREAM/REPOSITORY:TAG"],
    "TargetRepositoryPrefixMatchesExistingRegistries": ["Choose a target below which the registry holds nothing, with "
                                                        "--target-repo."],
    "CannotCreateCacheRuleWithManagedIdentity": [
        "The subscription needs a preview feature: az feature register --namespace Microsoft.ContainerRegistry "
        "--name ArtifactCacheManagedIdentityAuthentication"],
    "GenericResourceNameWithHyphenInvalid": ["Choose a name of 5 to 49 letters, digits and hyphens with --name."],
}


# What is mended beside the command, which is then run again as it was.
_MENDED_ELSEWHERE = {"CannotCreateCacheRuleWithManagedIdentity"}


def needs_another_request(code: str) -> bool:
    """Whether the same command would be refused again: its way on is another name, target or upstream."""
    return code not in _MENDED_ELSEWHERE and bool(recommendations_for(code))


def recommendations_for(code: str) -> list[str]:
    """Hints for a refusal; none for a code that says it all or is unknown."""
    if code.startswith("TargetRepository") and code not in _WAYS_ON:
        return ["Choose another target with --target-repo; the registry may not let you see what it holds."]
    return list(_WAYS_ON.get(code, []))
