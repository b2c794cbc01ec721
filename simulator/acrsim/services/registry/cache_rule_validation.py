"""Why Azure refuses to create a cache rule, in the order in which it is checked here.

Codes and texts from issues and documents are marked with their source; where only the refusal is known, it says Guess.
"""
from __future__ import annotations

from ...protocol.http import arm_error
from ...state.resources import Resource
from .cache_rule_matching import held_by, is_legal_path, is_wildcard, split_source
from .cache_rule_targets import CacheRuleTargets
from .content import CACHE_RULE, CREDENTIAL_SET, RegistryContent
from .credential_health import credential_health
from .supported_upstreams import check_supported


def check_new_rule(world, registry: Resource, source: str, target: str) -> None:
    """Raises Reject where a rule `target <= source` cannot be created in the registry."""
    check_paths(source, target)
    limit = world.knobs.cache_rule_limit
    if world.resources.count_children(registry.id, CACHE_RULE) >= limit:
        # Guess: the limit is documented, its code is not.
        raise arm_error(400, "CacheRuleLimitExceeded",
                        f"The registry already has the maximum of {limit} cache rules.")
    other = world.part(CacheRuleTargets).colliding(registry.id, target)
    if other is not None:
        # Guess: the text is the troubleshooting page's; the code, and the text for fixed targets, are not known.
        kind = "a wildcard" if is_wildcard(other.properties["targetRepository"]) else "the same path"
        raise arm_error(400, "CacheRuleTargetRepositoryConflict",
                        f"There's already a cache rule with {kind} for the specified target repository.")
    _check_existing_repositories(world, registry, target)


def check_paths(source: str, target: str) -> None:
    """Raises Reject for an upstream that is not supported and for paths that are no repository names."""
    login_server, repository = split_source(source)
    check_supported(login_server)
    for path in (repository, target):
        if not is_legal_path(path):
            # Text: Azure/acr issue 766. Guess: the code.
            raise arm_error(400, "InvalidRepositoryName",
                            f"Invalid repository name '{path}'. Repository names should follow the standardized docker "
                            "repository naming conventions. All characters should be lowercase. For more information, "
                            "please visit https://aka.ms/acr/cache.")
    if is_wildcard(repository) != is_wildcard(target):
        # Guess: the documents only show wildcards on both sides.
        raise arm_error(400, "InvalidWildcard", "The source repository and the target repository of a cache rule must "
                                                "both end in a wildcard, or neither.")


def check_docker_credentials(source: str, credential_set_id: str | None) -> None:
    """Raises Reject 400 EnforceDockerAuthentication (terraform-provider-azurerm pull request 27983)."""
    if split_source(source)[0].lower() == "docker.io" and credential_set_id is None:
        raise arm_error(400, "EnforceDockerAuthentication",
                        "Cannot create cache rule pointing to Docker Hub without credentials. Please add a credential "
                        "set to cache rule. Learn more: https://aka.ms/acr/cache-auth")


def check_credential_set(world, registry: Resource, credential_set_id: str) -> None:
    """Raises Reject for a credential set that is missing or belongs to another registry."""
    # Guess: that both are refused, with these codes; a set for another login server, or still being created, is taken.
    prefix = f"{registry.id}/credentialSets/".lower()
    if not credential_set_id.lower().startswith(prefix):
        raise arm_error(400, "InvalidCredentialSetResourceId",
                        f"The credential set '{credential_set_id}' does not belong to the registry '{registry.name}'.")
    found = world.resources.get(credential_set_id)
    if found is None or found.type != CREDENTIAL_SET or found.properties["provisioningState"] == "Deleting":
        raise arm_error(400, "CredentialSetNotFound", f"The credential set '{credential_set_id}' was not found.")
    # Guess: both refusals, behind knobs; an unhealthy set was taken in 2023, and may not be since (fact sheet 2.1).
    if world.knobs.rule_needs_ready_set and found.properties["provisioningState"] == "Creating":
        raise arm_error(400, "CredentialSetNotReady",
                        f"The credential set '{credential_set_id}' is not ready: its provisioning state is Creating.")
    if world.knobs.rule_needs_healthy_set:
        health = credential_health(world, found, found.properties["authCredentials"][0])
        if health["status"] != "Healthy":
            raise arm_error(400, "CredentialSetUnhealthy",
                            f"The credential set '{credential_set_id}' is unhealthy: {health['errorCode']}: "
                            f"{health['errorMessage']}")


def _check_existing_repositories(world, registry: Resource, target: str) -> None:
    store = world.part(RegistryContent).of(registry.id)
    if not (held_by(target, store.names()) if is_wildcard(target) else target in store):
        return
    if is_wildcard(target):
        # ARO-HCP pull request 5176.
        raise arm_error(400, "TargetRepositoryPrefixMatchesExistingRegistries",
                        "There are one or more target repositories in the registry which match the target repository "
                        f"prefix '{target}'.")
    # Guess: that fixed paths are refused is Azure's word (Azure/acr issue 789); code and text are made up.
    raise arm_error(400, "TargetRepositoryMatchesExistingRepository",
                    f"There is a repository in the registry which matches the target repository '{target}'.")
