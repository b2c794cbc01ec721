"""What registries say of a pull, a push or a sign-in: this one, the upstreams, Microsoft's own. The host tells which.

Sources: distribution specification, error codes; Azure/acr issues 54, 124, 231, 265, 588, 633, 754, 765, 869 and 893;
AKS issues 1400, 2000, 4052, 4279 and 4593; microsoft/containerregistry issues 140 and 191; vouch-proxy issue 505; the
registry's pages on authorization, firewall and service tiers.
"""
from __future__ import annotations

from azext_acrcache.domain.guidance.error_texts import az_ways, ways
from azext_acrcache.domain.guidance.error_texts.error_text import (CODED, CONTENT, FAILED, REFUSED, WRAPPER, Case, by,
                                                                   near, text)
from azext_acrcache.domain.guidance.error_texts.hosts import ENTRA, IMDS, KEY_VAULT, MCR, REGISTRY, UPSTREAM
from azext_acrcache.domain.guidance.error_texts.reading import Reading


def _by_consumer(reading: Reading) -> bool:
    """An identity pulled, not a person."""
    return bool(reading.puller)


# The address that a client asks first, to sign in: no repository stands in it, so no right on one is what was refused.
_SIGN_IN = near(r"/v2/?\\?[\"']?: ?(?:unauthorized|denied|401|response status code 401)")


def _is_forbidden(reading: Reading) -> bool:
    return reading.status == 403


_OF_UPSTREAM = by(UPSTREAM, MCR)
_DIRECT = "The image is not pulled through a cache here; a cache rule can serve it."

NO_CONTENT = (
    text(
        r"manifest[ _]unknown|manifest for \S{1,400} not found|manifest tagged by|manifest_blob_unknown|"
        "blob[ _]unknown|manifest unverified|manifest_unverified|code ?= ?notfound|"
        r"manifests/\S{1,200}: (?:404 )?not found|404 not found",
        Case("upstream/source",
             "{upstream} has no {image}: the tag or the repository is wrong, or it is gone. " + _DIRECT,
             (ways.verify_resolve,),
             _OF_UPSTREAM),
        Case("pull/manifest",
             "{registry} does not hold {image} and got none from an upstream: no rule serves the repository, the "
             "upstream has no such tag or digest, or the image was deleted from the registry and not fetched again.",
             (ways.verify_resolve, ways.verify_pull)),
        weight=CONTENT, placed=False),
    text(
        r"name_unknown|repository name not known to registry|repository \S{1,200} not found: name unknown",
        Case("upstream/source", "{upstream} has no such repository. " + _DIRECT,
             (ways.verify_resolve,),
             _OF_UPSTREAM),
        Case("pull/manifest",
             "{registry} holds no such repository{repository} and no cache rule serves it. A rule without a wildcard "
             "serves exactly its target, and nothing below it.",
             (ways.verify_resolve,)),
        weight=CONTENT),
    text(
        "could not fetch content descriptor|failed to copy: httpread|copy failed: .{0,40}eof|unexpected eof|"
        "failed to register layer|filesystem layer verification failed|failed size validation|"
        r"content digest \S{1,90} not found",
        Case("upstream/source", "{upstream} broke off while it served a layer. " + _DIRECT,
             (ways.verify_resolve,),
             _OF_UPSTREAM),
        Case("pull/manifest",
             "A layer of {image} broke off or is missing at {registry}. A cached image is served by the upstream "
             "until the registry has all of it; pull again.",
             (ways.verify_pull,)),
        weight=FAILED + 5),
)

NO_RIGHT = (
    text(
        r"client with ip ['\"]?\S{1,60} is not allowed access|aka\.ms/acr/firewall",
        Case("registry/network", "The network rules of {registry} keep the address{ip} out; roles play no part in it.",
             (az_ways.acr("network-rule list"), az_ways.allow_ip)),
        speaker=REGISTRY),
    text(
        "token validation failed",
        Case("consumer/settings",
             "{registry} did not accept the token: it takes none that are issued for Azure Resource Manager, or the "
             "token is of another tenant or expired.",
             (az_ways.acr("config authentication-as-arm show", option="--registry"), ways.verify_login)),
        speaker=REGISTRY, weight=CODED),
    text(
        "application not registered with aad|invalid clientid or client secret|invalid client ?id",
        Case("login/service-principal",
             "{registry} does not know the service principal: it does not exist in the registry's tenant, was "
             "deleted, or its ID is another one's.",
             (ways.verify_login,)),
        speaker=REGISTRY, weight=CODED),
    text(
        "aad token issuer|issuer of the token|tenant (?:id )?(?:does not match|mismatch)|different tenant",
        Case("consumer/tenant",
             "The identity is of another tenant than {registry}; a registry takes the tokens of its own tenant only.",
             (ways.verify_access,),
             _by_consumer),
        Case("login/entra", "The caller is signed in to another tenant than that of {registry}.",
             (az_ways.acr("show", "--query", "identity.tenantId"), ways.verify_login)),
        speaker=REGISTRY, weight=CODED),
    text(
        "operation is disallowed|operation is not allowed on this (?:registry|repository)|"
        r"write[- ]?enabled.{0,20}false|"
        r"is locked\b.{0,60}(?:tag|manifest|repository)",
        Case("request/lock", "{image} or its repository at {registry} is locked against writing or deleting.",
             (az_ways.acr("repository show", "--repository", "MyRepository"),)),
        speaker=REGISTRY),
    text(
        "insufficient_scope|pull access denied|access to the requested resource is not authorized|"
        "repository does not exist or may require|requested access to the resource is denied|(?:repository|"
        r"image) \S{1,200} is not accessible",
        Case("upstream/source", "{upstream} has no {image}, or it is private: the two are answered alike. " + _DIRECT,
             (ways.verify_resolve,),
             lambda reading: reading.speaker != REGISTRY),
        Case("consumer/role", "The identity that pulls has no role at {registry} that covers {image}.",
             (ways.verify_access, ways.grant_pull),
             _by_consumer),
        Case("pull/authorized",
             "{registry} found no right in the sign-in to do this with {image}: nobody is signed in, the role is "
             "missing, or it covers pulling and not pushing.",
             (ways.verify_pull, ways.grant_list, az_ways.acr("login", needs=az_ways.NOTHING))),
        weight=REFUSED + 2),
    text(
        "failed to fetch (?:anonymous|oauth) token|error exchanging token|rejected token exchange|"
        r"failed to exchange|401 unauthorized|\bunauthorized\b: |unauthorized[\"',:]|authentication required|"
        r"status(?: code)?[\"']?:? ?=?['\"]?401|response code: 401|401 client error|403 forbidden|"
        r"response code: 403|status(?: code)?[\"']?:? ?=?['\"]?403|\bdenied: \S|forbidden: \S|unauthenticated|"
        "authentication is required|invalid username or password|incorrect username or password",
        Case("upstream/source",
             "{upstream} refused {image}: its edge turns the client away, or there is no such image. " + _DIRECT,
             (ways.verify_resolve,),
             by(MCR)),
        Case("upstream/source",
             "{upstream} refused {image} to a client that is not signed in: the image is private, or there "
             "is none. " + _DIRECT,
             (ways.verify_resolve,),
             lambda reading: reading.speaker == UPSTREAM and near("anonymous token")(reading)),
        Case("upstream/login",
             "{upstream} did not accept the credentials for {image}: they are wrong or expired, or the "
             "image is private. " + _DIRECT,
             (ways.verify_resolve, ways.verify_upstream),
             by(UPSTREAM)),
        Case("login/entra", "Entra ID refused the sign-in.",
             (az_ways.az("login"),),
             by(ENTRA)),
        Case("consumer/identity", "The machine's identity service gave no token.",
             (ways.verify_access,),
             by(IMDS)),
        Case("vault/access", "{vault} refused the caller.",
             (ways.verify_chain("vault"),),
             by(KEY_VAULT)),
        Case("registry/network",
             "{registry} answered 403 before any role was looked at: its network rules keep the client out, or "
             "public access is off.",
             (az_ways.acr("show", "--query", "{access:publicNetworkAccess,rules:networkRuleSet}"),
              az_ways.acr("network-rule list")),
             _is_forbidden),
        Case("consumer/role",
             "The client asked {registry} for a token without credentials, so that no identity was found or its role "
             "does not count there. A role of a cluster's control plane instead of its kubelet has no effect either.",
             (ways.verify_access, ways.grant_pull),
             near("anonymous token")),
        Case("consumer/role",
             "The identity that pulls {image} has no role at {registry} that counts there, or has had it for less "
             "than ten minutes.",
             (ways.verify_access, ways.grant_pull),
             _by_consumer),
        Case("login/entra",
             "{registry} did not accept the caller's Entra token: a sign-in that is too old, another tenant, or no "
             "right on the registry at all.",
             (az_ways.az("login"), ways.verify_login),
             near(r"response code: 401|token exchange")),
        Case("pull/login",
             "{registry} did not accept the user name and the password: those of an account of Entra ID are never "
             "taken, those of the admin user and of tokens are where they are on and current.",
             (ways.verify_login, az_ways.acr("login", needs=az_ways.NOTHING)),
             _SIGN_IN),
        Case("pull/authorized",
             "{registry} found no right in the sign-in to pull {image}: nobody is signed in, the role is missing, or "
             "the token is from before it was given (up to ten minutes).",
             (ways.verify_pull, ways.grant_list, az_ways.acr("login", needs=az_ways.NOTHING))),
        weight=REFUSED, placed=True),
    text(
        "failed to fetch anonymous token",
        Case("consumer/role",
             "The client asked for a token without credentials, so that no identity was found or its role does not "
             "count.",
             (ways.verify_access, ways.grant_pull)),
        weight=REFUSED - 1),
    text(
        "unexpected status:? (?:code )?401|401 client error: unauthorized|unauthorized: authentication required",
        Case("pull/authorized", "The registry found no right in what signed in, or the image's name is wrong.",
             (ways.verify_pull,),
             lambda reading: not reading.puller),
        Case("consumer/role", "The identity that pulls has no role at {registry} that counts there.",
             (ways.verify_access, ways.grant_pull)),
        weight=WRAPPER + 5),
)

TOO_MANY = (
    text(
        r"toomanyrequests|too ?many ?requests|429 too many|http 429|http/1\.1\" 429|response code: 429|"
        r"status(?: code)?[\"']?[:=]? ?['\"]?429|pull rate limit|rate limit exceeded|increase-rate-limit|"
        "rate ?limit(?:ed|ing)",
        Case("upstream/quota", "Microsoft's own registry throttles this client{wait}. " + _DIRECT,
             (ways.verify_resolve,),
             by(MCR)),
        Case("upstream/quota",
             "The rate limit of {upstream} for this account, or for this address without one, is used up. A client "
             "that names the upstream's image does not go through the cache; a cache rule can serve it.",
             (ways.verify_resolve, ways.verify_upstream),
             lambda reading: reading.speaker == UPSTREAM or near(r"docker\.com|pull rate limit")(reading)),
        Case("request/throttled", "{vault} throttles its callers{wait}; try again later.",
             (ways.verify_chain("vault"),),
             by(KEY_VAULT)),
        Case("request/throttled",
             "{registry} throttles its clients{wait}: its tier decides how many requests it takes. Pull again later, "
             "spread the pulls, or take a higher tier.",
             (az_ways.acr("show", "--query", "sku.name"), az_ways.acr("show-usage"))),
        weight=CONTENT - 5),
)

BROKEN = (
    text(
        "502 bad gateway",
        Case("upstream/source", "A registry got no usable answer from the upstream; it passes by itself.",
             (ways.verify_pull,)),
        weight=FAILED - 1),
    text(
        r"\b50[0234]\b (?:bad gateway|internal server error|service unavailable|gateway time-?out)|"
        r"received unexpected http status: 5\d\d|status(?: code)?[\"']?[:=]? ?['\"]?50[0234]|"
        "code=internalservererror",
        Case("upstream/source", "{upstream} failed to answer; it may pass by itself. " + _DIRECT,
             (ways.verify_resolve,),
             _OF_UPSTREAM),
        Case("upstream/source",
             "{registry} got no usable answer for {image} from the upstream; it has been seen with Quay and passes "
             "by itself.",
             (ways.verify_pull, ways.verify_upstream),
             near("502")),
        Case("vault/exists", "{vault} failed to answer; it may pass by itself.",
             (ways.verify_chain("vault"),),
             by(KEY_VAULT)),
        Case(None,
             "A fault of {registry} itself that says nothing of roles or rules; pull {image} again, and ask Azure's "
             "support where it stays.",
             (ways.verify_pull,)),
        weight=FAILED, placed=True),
)

REGISTRY_TEXTS = (*NO_CONTENT, *NO_RIGHT, *TOO_MANY, *BROKEN)
