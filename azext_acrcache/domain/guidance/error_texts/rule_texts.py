"""What stops a cache rule or a credential set from being made or changed.

Sources: Azure/acr issues 747, 766, 779, 783, 789, 790, 822, 845, 862, 893; terraform-provider-azurerm pull request
27983 and issue 32858; ARO-HCP pull request 5176; azure-sdk-for-go issue 23118; troubleshoot-artifact-cache.
"""
from __future__ import annotations

from azext_acrcache.domain.guidance.error_texts.text import known

RULE_TEXTS = (
    known(r"EnforceDockerAuthentication|cannot create cache rule pointing to docker hub without credentials",
          "rule/upstream", "Azure takes no cache rule on Docker Hub without a credential set.",
          "az acrcache bootstrap create --registry {registry} --source-repo docker.io/library/ubuntu --vault MyVault "
          "--username-id MyUserSecret --password-id MyPasswordSecret"),
    known(r"unsupported upstream or login server ['\"](?P<host>[^'\"]+)['\"] provided|UpstreamNotSupported",
          "rule/upstream", "Artifact cache does not draw from '{host}'. The text lists what it draws from; the list "
                           "grows.",
          "az acr import --name {registry} --source {host}/{image}"),
    known(r"match the target repository prefix ['\"](?P<prefix>[^'\"]+)['\"]|"
          r"TargetRepositoryPrefixMatchesExistingRegistries", "rule/target",
          "The registry holds repositories below '{prefix}', where the rule would put its own. They may be left from "
          "an earlier rule; the target * needs an empty registry.",
          "az acr repository list --name {registry}",
          "az acrcache verify resolve --registry {registry} --source-repo {host}/* --target-repo MyPrefix/*"),
    known(r"already a cache rule with (?:a wildcard|the same path) for the specified target|"
          r"CacheRuleTargetRepositoryConflict", "rule/target",
          "Another cache rule has this target, or a wildcard that contains it or lies in it.",
          "az acrcache bootstrap list --registry {registry} --output table",
          "az acrcache verify chain --registry {registry} --only rule/target"),
    known(r"would match any ['\"]?existing['\"]? repository|TargetRepositoryMatchesExistingRepository|"
          "target repository matches an existing repository", "rule/target",
          "The registry holds a repository in the place that the rule would fill; Azure refuses that by design.",
          "az acr repository list --name {registry}"),
    known("repository names should follow the standardized docker repository naming|InvalidRepositoryName",
          "rule/target",
          "The source or the target is no repository name: most often a tag or a digest stands in it, or upper case.",
          "az acrcache verify resolve --registry {registry} --source-repo {host}/MyRepository"),
    known("GenericResourceNameWithHyphenInvalid", "rule/exists",
          "The name is not one that Azure takes: at least 5 and less than 50 letters, digits and hyphens."),
    known(r"CacheRuleLimitExceeded|maximum of 1,?000 cache rules|1,?000 cache rules?.{0,20}limit",
          "registry/rule-limit",
          "The registry has all the 1,000 cache rules that it can have.",
          "az acrcache bootstrap list --registry {registry} --output table"),
    known(r"CannotCreateCacheRuleWithManagedIdentity|ArtifactCacheManagedIdentityAuthentication", "rule/upstream",
          "A rule with an identity of its own is a preview feature, and this subscription is not registered for it.",
          "az feature register --namespace Microsoft.ContainerRegistry --name "
          "ArtifactCacheManagedIdentityAuthentication",
          "az feature show --namespace Microsoft.ContainerRegistry --name ArtifactCacheManagedIdentityAuthentication"),
    known("credentialSets['\"]? does not support creation of ['\"]?UserAssigned", "credset/identity",
          "A credential set has a system-assigned identity and no other; access to the vault can only be given after "
          "it was made.",
          "az acrcache bootstrap create --registry {registry} --source-repo {host}/MyRepository --vault MyVault "
          "--username-id MyUserSecret --password-id MyPasswordSecret"),
    known("rate ?limit is not present in header", "upstream/quota",
          "The account has a paid plan, which sends no rate limit. The service took that for an error in 2024; it is "
          "none.",
          "az acrcache verify upstream --registry {registry}"),
    known("sequence contains no elements", "credset/health",
          "The service failed to read the credentials for a reason of its own: seen in June 2026 on sets of dhi.io, "
          "with nothing wrong in the chain. If all other checks pass, it is for Azure's support.",
          "az acrcache verify chain --registry {registry}"),
    known("ContainerRegistry/registries['\"]? could not be found in (?:the )?subscription|"
          "there is no container registry|registry with name .{1,60} could not be found", "registry/exists",
          "No such resource is listed in the subscription: another subscription is current, or the registry is so new "
          "that ARM's list lags behind.",
          "az account show",
          "az acr show --name {registry} --resource-group MyGroup"),
    known(r"cannot access local variable ['\"]rg['\"]|UnboundLocalError.{0,60}['\"]rg['\"]", None,
          "A fault of azure-cli 2.70 in `az acr cache create` without a credential set; 2.71 mended it.", "az upgrade"),
    known("Premium SKU is required when cache_rules or credential_sets are defined", None,
          "A check of that Terraform module and not of Azure: cache rules work in Basic, Standard and Premium.",
          "az acrcache bootstrap create --registry {registry} --source-repo mcr.microsoft.com/dotnet/*"),
    known("writableCacheRepos|push (?:in)?to (?:a )?cached repository", "rule/target",
          "A repository that a cache rule fills takes no push and no import, unless the registry's preview switch "
          "allows it.",
          "az acr update --name {registry} --writable-cache-repos Enabled"),
    known("CredentialSetNotFound|InvalidCredentialSetResourceId", "rule/credential-set",
          "The rule names a credential set that does not exist or that belongs to another registry.",
          "az acr credential-set list --registry {registry} --output table"),
    known("property .?(?:sourceRepository|targetRepository).? (?:can ?not|is not allowed to) be (?:changed|updated)",
          "rule/target", "A rule's source and target stay as they are for its life; it has to be deleted and made "
                         "anew.",
          "az acrcache bootstrap delete --registry {registry} --name {rule}"),
)
