"""Who calls Key Vault's data plane: the token of a request, or the challenge.

Source: recording keyvault-secrets.json.
"""
from __future__ import annotations

from ...protocol.http import Reject, Request, Response
from ...protocol.tokens import TokenError, verify
from ...state.resources import Resource
from ...state.world import World

AUDIENCE = "https://vault.azure.net"
# Stands in every answer of the data plane.
SERVICE = {"x-ms-keyvault-service-version": "1.9.3070.1"}
# Tenants of Microsoft's own whose tokens every vault takes (azure-docs issue 75410).
_SERVICE_TENANTS = ("f8cdef31-a31e-4b4a-93e4-5f571e91255a", "e2d54eb5-3869-4f70-8578-dee5fc7331f4",
                    "33e01921-4d64-4f8c-a055-5bdaffd5e33d", "975f013f-7f24-47e8-a7d3-abc4752bf346")


def signed_in(world: World, request: Request, vault: Resource) -> str:
    """The object id behind the token. Raises Reject 401 with the challenge."""
    tenant = vault.properties["tenantId"]
    challenge = {"www-authenticate": f'Bearer authorization="https://login.microsoftonline.com/{tenant}", '
                                     f'resource="{AUDIENCE}"', **SERVICE}
    token = request.bearer()
    if token is None:
        message = "AKV10000: Request is missing a Bearer, PoP, or MTLS_POP token."
    else:
        try:
            claims = verify(world, token, [AUDIENCE])
        except TokenError as error:
            # Guess: codes of Key Vault's token errors beyond the recorded AKV10000.
            message = {"expired": "AKV10045: Token validation failed. The token is expired.",
                       "audience": f"AKV10022: Invalid audience. Expected {AUDIENCE}, found: "
                                   f"{error.claims.get('aud')}."}.get(
                error.reason, "AKV10001: Token validation failed.")
        else:
            if claims["tid"].lower() == tenant.lower():
                request.caller = claims.get("appid") or claims.get("upn")
                return claims["oid"]
            expected = ", ".join(f"https://sts.windows.net/{item}/" for item in (tenant, *_SERVICE_TENANTS))
            message = f"AKV10032: Invalid issuer. Expected one of {expected}, found {claims['iss']}."
    raise Reject(Response(401, {"error": {"code": "Unauthorized", "message": message}}, challenge))
