"""Every check there is, in the order of a chain. Names are stable."""
from __future__ import annotations

from difflib import get_close_matches
from typing import Collection, Iterable

from azext_acrcache.domain.checks.check import Check
from azext_acrcache.domain.values.errors import UserError

CHECKS = (
    Check("registry/exists", "The registry exists and is provisioned."),
    Check("registry/network", "A registry behind a firewall lets Azure services in, so that its cache can be filled."),
    Check("registry/private-endpoint", "A registry without public access can be reached through a private endpoint."),
    Check("registry/soft-delete", "Soft delete of artifacts, which artifact cache does not support, is off."),
    Check("registry/rule-limit", "The registry has room for more cache rules."),
    Check("rule/exists", "The cache rule exists."),
    Check("rule/provisioned", "The cache rule was provisioned."),
    Check("rule/upstream", "Artifact cache supports the upstream, and the rule has the credentials that it demands."),
    Check("rule/library", "An official image of Docker Hub is named with library/."),
    Check("rule/target", "The target of the cache rule is not taken, in whole or in part, by another rule."),
    Check("rule/credential-set", "The credential set of the cache rule exists and is for its login server."),
    Check("credset/exists", "The credential set exists."),
    Check("credset/provisioned", "The credential set was provisioned."),
    Check("credset/identity", "The credential set has an identity to read its secrets with."),
    Check("credset/secret-ids", "The credential set names two secrets of a key vault, without a version."),
    Check("credset/health", "The service can read the secrets of the credential set."),
    Check("credset/unused", "A cache rule uses the credential set."),
    Check("vault/exists", "The key vault exists and is not deleted."),
    Check("vault/network", "The key vault's firewall lets the registry in."),
    Check("vault/access", "The identity of the credential set may read its secrets."),
    Check("vault/least-privilege", "The identity of the credential set may do no more than get its two secrets."),
    Check("secret/exists", "The secret exists and is not deleted."),
    Check("secret/enabled", "The secret is enabled."),
    Check("secret/expiry", "The secret is not near or past its expiry date."),
    Check("upstream/credentials", "The two secrets hold a user name and a password, neither of them empty."),
    Check("upstream/login", "The upstream takes the stored credentials."),
    Check("upstream/source", "The upstream holds the source and lets it be read."),
    Check("upstream/quota", "The upstream's rate limit leaves room for pulls."),
    Check("pull/login", "The registry lets the caller sign in."),
    Check("pull/authorized", "The caller may pull the repository."),
    Check("pull/manifest", "The registry serves the manifest."),
    Check("pull/cached", "The registry holds the image itself."),
    Check("pull/fresh", "The registry serves what the upstream has now."),
    Check("consumer/exists", "The consumer exists."),
    Check("consumer/identity", "The consumer has an identity to pull with."),
    Check("consumer/role", "The identity has a role that the registry's mode honours and that covers the repository."),
    Check("consumer/settings", "The consumer is set up to pull with its identity."),
    Check("consumer/network", "The consumer's network reaches a registry that not every network reaches."),
    Check("consumer/tenant", "The consumer is in the registry's tenant."),
    Check("request/policy", "No policy, deny assignment or missing provider registration forbids the request.",
          explained_only=True),
    Check("request/lock", "No lock forbids the request.", explained_only=True),
    Check("request/limit", "The request stays within the limits of the subscription and of the registry's tier.",
          explained_only=True),
    Check("request/throttled", "Azure does not throttle the request.", explained_only=True),
    Check("login/entra", "The caller can sign in with an Entra token."),
    Check("login/exposed-token", "An exposed token is a token of the caller."),
    Check("login/service-principal", "A service principal can sign in."),
    Check("login/token", "Repository tokens are in order."),
    Check("login/admin", "The admin user is off."),
    Check("login/anonymous", "Anonymous pull is off."),
)

BY_NAME = {check.name: check for check in CHECKS}
AREAS = tuple(dict.fromkeys(check.area for check in CHECKS))
CHAIN_AREAS = ("registry", "rule", "credset", "vault", "secret")
UPSTREAM_AREA = "upstream"


def named_checks(texts: Iterable[str] | None, areas: Collection[str], option: str) -> tuple[str, ...]:
    """Names and areas as a user gives them, several in one text if parted by commas. Raises UserError for any other."""
    known = {check.name for check in CHECKS if check.area in areas and not check.explained_only} | set(areas)
    names = tuple(dict.fromkeys(name.strip().lower() for text in texts or () for name in text.split(",")
                                if name.strip()))
    for name in names:
        if name not in known:
            near = get_close_matches(name, sorted(known), 1)
            elsewhere = name in BY_NAME or name in AREAS
            raise UserError(f"'{name}' of {option} is " + ("no check of this command." if elsewhere else "no check."),
                            *([f"Did you mean {near[0]}?"] if near else []),
                            f"Areas: {', '.join(areas)}. Checks: {', '.join(sorted(known - set(areas)))}")
    return names
