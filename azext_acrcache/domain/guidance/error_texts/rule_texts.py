"""What stops a cache rule or a credential set from being made or changed.

Sources: Azure/acr issues 747, 766, 779, 783, 789, 790, 822, 845, 862 and 893; terraform-provider-azurerm PR 27983 and
issue 32858; ARO-HCP PR 5176; azure-sdk-for-go issue 23118; troubleshoot-artifact-cache.
"""
from __future__ import annotations

from azext_acrcache.domain.guidance.error_texts import az_ways, ways
from azext_acrcache.domain.guidance.error_texts.error_text import Case, ErrorText, Way, text
from azext_acrcache.domain.guidance.error_texts.hosts import ARM, TOOL
from azext_acrcache.domain.guidance.fixes import WRITE_REGISTRY

_PREVIEW = ("--namespace", "Microsoft.ContainerRegistry", "--name", "ArtifactCacheManagedIdentityAuthentication")


def _of_arm(pattern: str, check: str | None, cause: str, *fixes: Way) -> ErrorText:
    return text(pattern, Case(check, cause, fixes), speaker=ARM)


RULE_TEXTS = (
    _of_arm(
        "enforcedockerauthentication|cannot create cache rule pointing to docker hub without credentials",
        "rule/upstream",
        "Azure takes no cache rule on Docker Hub without a credential set; {rule} of {registry} needs one.",
        ways.bootstrap_create),
    _of_arm(
        "unsupported upstream or login server|upstreamnotsupported",
        "rule/upstream",
        "Artifact cache does not draw from {upstream}. The text lists what it draws from; the list grows.",
        ways.import_image),
    _of_arm(
        "match the target repository prefix|targetrepositoryprefixmatchesexistingregistries",
        "rule/target",
        "The registry holds repositories below {prefix}, where the rule would put its own. They may be left from an "
        "earlier rule; the target * needs an empty registry.",
        az_ways.acr("repository list"), ways.bootstrap_list),
    _of_arm(
        "already a cache rule with (?:a wildcard|the same path) for the specified target|"
        "cacheruletargetrepositoryconflict",
        "rule/target",
        "Another cache rule has this target, or a wildcard that contains it or lies in it.",
        ways.bootstrap_list, ways.verify_chain("rule/target")),
    _of_arm(
        r"would match any ['\"]?existing['\"]? repository|targetrepositorymatchesexistingrepository|"
        "target repository matches an existing repository",
        "rule/target",
        "The registry holds a repository in the place that the rule would fill; Azure refuses that by design.",
        az_ways.acr("repository list")),
    _of_arm(
        "repository names should follow the standardized docker repository naming|invalidrepositoryname|"
        "invalid reference format",
        "rule/target",
        "The source or the target is no repository name: most often a tag or a digest stands in it, or upper case.",
        ways.verify_resolve),
    _of_arm(
        "genericresourcenamewithhypheninvalid",
        "rule/exists",
        "The name is not one that Azure takes: at least 5 and less than 50 letters, digits and hyphens.",
        ways.bootstrap_list),
    text(
        "cacherulelimitexceeded|maximum of 1,?000 cache rules|1,?000 cache rules?.{0,20}limit|"
        "limit .{0,40}cache rules",
        Case("registry/rule-limit", "{registry} has all the 1,000 cache rules that it can have.",
             (ways.bootstrap_list,)),
        speaker=ARM, weight=104),
    _of_arm(
        "cannotcreatecacherulewithmanagedidentity|artifactcachemanagedidentityauthentication",
        "rule/upstream",
        "A rule with an identity of its own is a preview feature, and this subscription is not registered for it.",
        az_ways.az("feature", "register", *_PREVIEW, needs="Microsoft.Features/features/register/action"),
        az_ways.az("feature", "show", *_PREVIEW)),
    _of_arm(
        r"credentialsets['\"]? does not support creation of ['\"]?userassigned",
        "credset/identity",
        "A credential set has a system-assigned identity and no other; access to the vault can only be given after "
        "it was made.",
        ways.bootstrap_create),
    _of_arm(
        "rate ?limit is not present in header",
        "upstream/quota",
        "The account has a paid plan, which sends no rate limit. The service took that for an error in 2024; it is "
        "none.",
        ways.verify_upstream),
    _of_arm(
        "soft[ -]?delete.{0,80}(?:artifact cache|cache rule)|(?:artifact cache|cache rule).{0,120}soft[ -]?delete",
        "registry/soft-delete",
        "Artifact cache does not go together with soft delete of artifacts in {registry}.",
        az_ways.acr("config soft-delete update", "--status", "disabled", "--yes", option="--registry",
                    needs=WRITE_REGISTRY)),
    _of_arm(
        "writablecacherepos|push (?:in)?to (?:a )?cached repository",
        "rule/target",
        "A repository that a cache rule fills takes no push and no import, unless the registry's preview switch "
        "allows it.",
        az_ways.acr("update", "--writable-cache-repos", "Enabled", needs=WRITE_REGISTRY)),
    _of_arm(
        "credentialsetnotfound|invalidcredentialsetresourceid",
        "rule/credential-set",
        "The rule names a credential set that does not exist or that belongs to another registry.",
        az_ways.acr("credential-set list", "--output", "table", option="--registry")),
    _of_arm(
        "credential ?set.{0,80}(?:is in use|in use by|used by|referenced by)",
        "credset/unused",
        "A cache rule uses {set}; it can be deleted when none does.",
        ways.bootstrap_list),
    _of_arm(
        "property .?(?:sourcerepository|targetrepository).? (?:can ?not|is not allowed to) be (?:changed|updated)",
        "rule/target",
        "The source and the target of a rule stay as they are for its life; it has to be deleted and made anew.",
        ways.bootstrap_delete),
    text(
        r"cannot access local variable ['\"]rg['\"]|unboundlocalerror.{0,60}['\"]rg['\"]",
        Case(None, "A fault of azure-cli 2.70 in `az acr cache create` without a credential set; 2.71 mended it.",
             (az_ways.az("upgrade"),)),
        speaker=TOOL),
    text(
        "premium sku is required when cache_rules or credential_sets are defined",
        Case(None,
             "A check of that Terraform module and not of Azure: cache rules work in Basic, Standard and Premium.",
             (az_ways.acr("show", "--query", "sku.name"),)),
        speaker=TOOL, weight=110),
)
