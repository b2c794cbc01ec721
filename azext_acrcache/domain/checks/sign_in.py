"""How a registry takes the caller's sign-in, and what its network rules have to do with it.

Source: Azure/acr docs/AAD-OAuth (403 means network rules, never rights).
"""
from __future__ import annotations

import re
from dataclasses import dataclass

from azext_acrcache.domain.checks.check import Answer, failed
from azext_acrcache.domain.guidance.fix import Fix
from azext_acrcache.domain.state.observed import Registry

_CLIENT_IP = re.compile(r"client with IP '([0-9a-fA-F.:]+)'")


@dataclass(frozen=True)
class Caller:
    """Who asks. `principal_type` is User or ServicePrincipal; `object_id` None where the token does not say."""

    object_id: str | None
    principal_type: str


@dataclass(frozen=True)
class SignIn:
    """How the registry took the caller's Entra token; `status` 200 where it did."""

    status: int
    code: str = ""
    message: str = ""

    @property
    def ok(self) -> bool:
        return self.status == 200


def refused_sign_in(registry: Registry, sign_in: SignIn) -> Answer:
    """The failure of a sign-in, with what fixes it."""
    if sign_in.status == 403:
        address = client_address(sign_in.message)
        return failed(f"The registry '{registry.login_server}' lets no request in from here"
                      + (f" (address {address})" if address else "") + f": {sign_in.message}",
                      *network_fixes(registry, address))
    return failed(f"The registry '{registry.login_server}' does not take the caller's Entra token"
                  f"{_in_brackets(sign_in.code)}: {_sentence(sign_in.message)} Most often the caller is signed in to "
                  "another tenant than the registry's.",
                  Fix(f"az account show --subscription {registry.id.subscription} --query tenantId", "nothing"))


def _in_brackets(code: str) -> str:
    return f" ({code})" if code else ""


def _sentence(message: str) -> str:
    """The service's own words, so that ours can follow them."""
    return message if message.endswith((".", "!", "?")) else f"{message}."


def client_address(message: str) -> str | None:
    """The address that the registry's network rules refused, where its message names one."""
    match = _CLIENT_IP.search(message)
    return match[1] if match else None


def network_fixes(registry: Registry, address: str | None) -> list[Fix]:
    """Opens the registry to one address; public access has to be on for that."""
    name, needs = registry.name, f"Microsoft.ContainerRegistry/registries/write on {registry.name}"
    where = f"--subscription {registry.id.subscription}"
    fixes = []
    if (registry.properties.get("publicNetworkAccess") or "").lower() == "disabled":
        fixes.append(Fix(f"az acr update --name {name} {where} --public-network-enabled true --default-action "
                         "Deny", needs))
    if address:
        fixes.append(Fix(f"az acr network-rule add --name {name} {where} --ip-address {address}", needs))
    return fixes
