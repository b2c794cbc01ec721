"""Key Vault's data plane: the values of secrets. Bodies stay out of every log.

Source: Key Vault REST API 7.4, operations on secrets.
"""
from __future__ import annotations

import threading
from typing import Mapping

from azext_acrcache.adapters.bodiless_logging import bodiless_logging
from azext_acrcache.adapters.loading import SECRETS, load_common
from azext_acrcache.adapters.rest import Rest, arm_error
from azext_acrcache.adapters.session import Session
from azext_acrcache.adapters.trusted_hosts import check_host_below
from azext_acrcache.domain.state.observed import ABSENT, PRESENT, SOFT_DELETED, UNREADABLE, Secret
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
from azext_acrcache.domain.values.secret_ids import SecretId
from azext_acrcache.domain.values.secret_value import SecretValue

_API = "7.4"


class VaultSecrets:
    """The secrets of one vault. All methods raise ServiceError, ServiceUnreachable, and HostNotTrusted for a host that
    is no key vault of this cloud.

    :param subscription: one of the vault's tenant, for the token.
    """

    def __init__(self, session: Session, vault_host: str, subscription: str):
        self._session, self._host, self._subscription = session, vault_host, subscription
        self._lock = threading.Lock()
        self._rest: Rest | None = None

    def read(self, secret: SecretId) -> SecretValue | None:
        """The value; None where there is none."""
        try:
            # An empty version, with the slash, means the current one (GET /secrets/{name}/{version}).
            body = self._call("GET", f"/secrets/{secret.name}/{secret.version or ''}", secret)
        except ServiceError as error:
            if error.not_found:
                return None
            raise
        value = body.get("value")
        if not isinstance(value, str):
            raise ServiceUnreachable(_subject(secret), "the answer holds no secret")
        return SecretValue(value)

    def state(self, secret: SecretId, value: SecretValue) -> tuple[Secret, bool]:
        """How a secret stands, and whether `value` is current in it. A refusal makes it UNREADABLE, with the reason."""
        try:
            current = self.read(secret)
            if current is not None:
                return Secret(secret, PRESENT, True), current == value
            return Secret(secret, SOFT_DELETED if self.is_deleted(secret) else ABSENT), False
        except ServiceError as error:
            # 403 also for a disabled secret; storing a value makes a new, enabled version.
            return Secret(secret, UNREADABLE, reason=error.message), False

    def is_deleted(self, secret: SecretId) -> bool:
        """Whether it is soft-deleted; False where that may not be seen."""
        try:
            self._call("GET", f"/deletedsecrets/{secret.name}", secret)
        except ServiceError as error:
            if error.status in (403, 404):
                return False
            raise
        return True

    def store(self, secret: SecretId, value: SecretValue, expires: int | None = None) -> None:
        """Makes a new version. Raises ServiceError; 409 while a recovery is under way.

        :param expires: seconds since the epoch.
        """
        attributes = {"attributes": {"exp": expires}} if expires else {}
        self._call("PUT", f"/secrets/{secret.name}", secret, {"value": value.reveal(), **attributes})

    def recover(self, secret: SecretId) -> None:
        """Begins a recovery; it takes effect after some seconds."""
        self._call("POST", f"/deletedsecrets/{secret.name}/recover", secret)

    def _call(self, method: str, path: str, secret: SecretId, body: Mapping | None = None) -> Mapping:
        check_host_below(self._host, self._session.vault_suffix, "a token for Key Vault", _subject(secret))
        try:
            return self._requests().call(method, path, _API, body=body, subject=_subject(secret)).body
        except ServiceUnreachable as error:
            raise ServiceUnreachable(f"key vault '{self._host}'", error.reason) from None
        except ValueError as error:
            # The SDK refuses a challenge that wants a token for something else than this vault.
            raise ServiceUnreachable(f"key vault '{self._host}'", str(error)) from None

    def _requests(self) -> Rest:
        with self._lock:
            if self._rest is None:
                self._rest = self._connect()
            return self._rest

    def _connect(self) -> Rest:
        load_common()
        from azure.cli.core._profile import Profile
        from azure.cli.core.commands.client_factory import prepare_client_kwargs_track2
        options = prepare_client_kwargs_track2(self._session.cli_ctx)
        options.pop("http_logging_policy", None)
        # az's own policy prints bodies with --debug. `logging_enable=False` on a call is not enough: it is
        # forgotten when the request goes out a second time, after the vault's challenge.
        options["logging_policy"] = bodiless_logging()
        credential, _, _ = Profile(cli_ctx=self._session.cli_ctx).get_login_credentials(
            subscription_id=self._subscription)
        url = f"https://{self._host}"
        client = SECRETS.load()(vault_url=url, credential=credential, api_version=_API,
                                transport=self._session.transport(), **options)
        return Rest(client, url, gate=self._session.gate, error_of=_vault_error)


def _subject(secret: SecretId) -> str:
    return f"secret '{secret.subject}'"


def _vault_error(content: Mapping) -> tuple[str, str]:
    """Key Vault's error: {"error": {"code", "message", "innererror": {"code"}}}; the inner code says more."""
    code, message = arm_error(content)
    error = content.get("error")
    inner = error.get("innererror") if isinstance(error, Mapping) else None
    return str(inner.get("code") or code) if isinstance(inner, Mapping) else code, message
