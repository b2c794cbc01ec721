"""Who the caller is to a registry, and whether it lets them in."""
from __future__ import annotations

from azext_acrcache.adapters.registry_content import RegistryContent
from azext_acrcache.domain.checks.sign_in import Caller, SignIn
from azext_acrcache.domain.values.errors import ServiceError
from azext_acrcache.observe.known import says_nothing


def sign_in(content: RegistryContent) -> SignIn:
    """How the registry takes the caller's token.

    Raises ServiceUnreachable, and ServiceError where it is asked too often or broken: then nothing can be said of the
    caller's sign-in.
    """
    try:
        content.sign_in()
    except ServiceError as refused:
        if says_nothing(refused.status):
            raise
        return SignIn(refused.status, refused.code, refused.message)
    return SignIn(200)


def caller_of(content: RegistryContent) -> Caller:
    """From the claims of the caller's token, without a request."""
    claims = content.caller_claims()
    # Only tokens of users have scopes (Microsoft identity platform, access token claims).
    user = claims.get("idtyp") == "user" or bool(claims.get("scp"))
    return Caller(claims.get("oid"), "User" if user else "ServicePrincipal")
