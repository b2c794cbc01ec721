"""Credential health: what the service says of a credential set, and whether waiting can cure it.

Source: credentialHealth in containerregistry.json; computed at each GET. Two causes share the code Forbidden, so
texts are read as well as codes (recordings of 2023 and 2026, Key Vault's common error codes).
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

HEALTHY, UNKNOWN = "Healthy", "Unknown"


@dataclass(frozen=True)
class Health:
    """What the service says of the credentials of a set. :ivar status: Healthy, Unhealthy or Unknown."""

    status: str = UNKNOWN
    error_code: str | None = None
    error_message: str | None = None

    @classmethod
    def from_rest(cls, body: Mapping[str, Any] | None) -> "Health":
        body = body or {}
        return cls(body.get("status") or UNKNOWN, body.get("errorCode"), body.get("errorMessage"))

    @property
    def healthy(self) -> bool:
        return self.status.lower() == HEALTHY.lower()

    @property
    def cause(self) -> "Cause | None":
        """Why it is not Healthy; None when it is."""
        if self.healthy:
            return None
        code, text = (self.error_code or "").lower(), (self.error_message or "").lower()
        for cause in _CAUSES:
            if any(word in text for word in cause.texts) or code in cause.codes:
                return cause
        return UNEXPLAINED


@dataclass(frozen=True)
class Cause:
    """`passes`: whether it can go away by itself while a new identity or role takes effect."""

    name: str
    passes: bool
    words: str
    texts: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


IDENTITY_NEW = Cause("identity", True, "the identity of the credential set is not yet known to Entra ID everywhere",
                     ("aadsts700016",), ("unauthorized_client",))
FIREWALL = Cause("firewall", False, "the key vault's firewall does not let the registry in",
                 ("client address is not authorized", "forbiddenbyfirewall", "forbiddenbyconnection",
                  "public network access is disabled"))
DISABLED = Cause("disabled", False, "a secret is disabled",
                 ("secretdisabled", "operation get is not allowed on a disabled secret"),
                 ("secretdisabled",))
MISSING = Cause("missing", False, "a secret does not exist in the key vault",
                ("secretnotfound", "was not found in this key vault"),
                ("secretnotfound", "notfound"))
ACCESS = Cause("access", True, "the key vault does not yet let the identity read the secrets",
               ("does not have secrets get permission", "forbiddenbyrbac", "forbiddenbypolicy",
                "caller is not authorized to perform action"), ("forbidden",))
UNEXPLAINED = Cause("unexplained", True, "the service does not say why it is not Healthy")

_CAUSES = (IDENTITY_NEW, FIREWALL, DISABLED, MISSING, ACCESS)
