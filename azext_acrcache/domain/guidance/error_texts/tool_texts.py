"""What az, docker and helm say of themselves: most of it is of no link of a chain.

Sources: azure-cli 2.91 acr/_errors.py and the health error reference; azure-cli issues 16813 and 22911; AKS issue 1517.
"""
from __future__ import annotations

from azext_acrcache.domain.guidance.error_texts import az_ways, ways
from azext_acrcache.domain.guidance.error_texts.error_text import (CODED, CONTENT, FAILED, REFUSED, WRAPPER, Case,
                                                                   near, text)
from azext_acrcache.domain.guidance.error_texts.hosts import REGISTRY, RUNTIME, TOOL

TOOL_TEXTS = (
    text(
        "no match(?:ing manifest)? for (?:current )?platform|no match for platform|no matching manifest for|"
        "exec format error|image operating system .{1,40} cannot be used on this platform",
        Case("pull/manifest", "{image} has no variant for the platform{platform} of the machine that pulls it.",
             (ways.verify_pull,)),
        weight=CONTENT + 2, speaker=RUNTIME),
    text(
        "connectivity_forbidden_error",
        Case("registry/network", "The network rules of {registry} keep the caller out.",
             (az_ways.acr("network-rule list"),)),
        speaker=REGISTRY, weight=70),
    text(
        "connectivity_aad_login_error|connectivity_refresh_token_error",
        Case("registry/network",
             "{registry} answered 403 before any role was looked at: its network rules keep the caller out, or "
             "public access is off.",
             (az_ways.acr("show", "--query", "{access:publicNetworkAccess,rules:networkRuleSet}"),
              az_ways.acr("network-rule list")),
             near("response code: 403")),
        Case("login/entra",
             "{registry} did not accept the caller's Entra token: a sign-in that is too old, another tenant, or no "
             "right on the registry at all.",
             (az_ways.az("login"), ways.verify_login)),
        speaker=REGISTRY, weight=70),
    text(
        "connectivity_access_token_error",
        Case("pull/authorized",
             "The token of {registry} lacks a right that was asked for. `az acr check-health --repository` asks for "
             "push and delete too, so that who may only pull always fails there.",
             (ways.verify_pull,)),
        speaker=REGISTRY, weight=70),
    text(
        "when specifying push, at least one credential is required",
        Case(None,
             "A task of {registry} has no credentials for it: in a registry with repository permissions (ABAC) a "
             "task gets none of its own, and `az acr build` takes them from --source-acr-auth-id [caller].",
             (ways.verify_login,)),
        weight=CODED),
    text(
        "login attempt (?:to .{1,200} )?failed with status: ?(?:401|403)",
        Case("pull/login",
             "{registry} or a proxy on the way to it refused the sign-in: wrong credentials, a firewall, or a client "
             "that its network does not let through.",
             (ways.verify_login,)),
        weight=REFUSED - 1),
    text(
        "docker_pull_error",
        Case("pull/manifest",
             "docker could not pull az's own test image from mcr.microsoft.com; that says nothing of {registry}.",
             (ways.verify_pull,)),
        speaker=TOOL, weight=70),
    text(
        "admin user is disabled|admin user account.{0,30}disabled|"
        "run 'az acr update -n .{1,60} --admin-enabled true",
        Case("login/admin", "The admin user of {registry} is off, as it should be: sign in with an identity instead.",
             (ways.verify_login, az_ways.acr("login", needs=az_ways.NOTHING))),
        speaker=TOOL, weight=WRAPPER + 5),
    text(
        "unable to authenticate using aad or admin login|unable to get aad authorization tokens",
        Case("login/entra", "{registry} took neither the caller's Entra token nor the admin user.",
             (az_ways.az("login"), ways.verify_login)),
        speaker=TOOL, weight=WRAPPER + 3),
    text(
        r"keyerror: ['\"]serverversion['\"]|az aks check-acr.{0,80}valueerror",
        Case(None, "A fault of `az aks check-acr`, which needs kubectl and a running cluster that it can reach.",
             (ways.verify_access,)),
        speaker=TOOL, weight=CODED),
    text(
        "running the docker daemon, which is not supported|(?:docker|helm|notary)_(?:command|daemon|"
        "version)_error|cannot connect to the docker daemon|is the docker daemon running",
        Case(None,
             "A tool of this machine is missing, old or not running; to pull from {registry} without docker, sign in "
             "with an exposed token.",
             (az_ways.acr("login", "--expose-token", needs=az_ways.NOTHING), ways.verify_pull)),
        speaker=TOOL, weight=70),
    text(
        "cmk_error|customer-managed key",
        Case(None, "The key that encrypts {registry} can't be reached; cache rules have no part in it.",
             (az_ways.acr("encryption show"),)),
        speaker=TOOL, weight=70),
    text(
        r"\bunexpected_error\b",
        Case(None,
             "`az acr check-health` met something that it has no name for. It looks at no cache rule, credential set "
             "or vault.",
             (ways.verify_chain(),)),
        speaker=TOOL, weight=FAILED),
    text(
        r"only ['\"]?honou?r(?:ed|s)?|roles? (?:are|is)n.t honou?red in an abac-enabled registry",
        Case("consumer/role", "The registry is in ABAC mode, where AcrPull and AcrPush have no effect.",
             (ways.verify_access, ways.grant_pull)),
        speaker=REGISTRY, weight=CODED),
)
