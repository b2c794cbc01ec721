"""Key Vault's data plane: the values of secrets. Bodies stay out of every log."""
from __future__ import annotations

from knack.log import get_logger

from azext_acrcache.adapters.loading import SECRETS, load_common
from azext_acrcache.adapters.rest import CONNECTION_TIMEOUT, READ_TIMEOUT
from azext_acrcache.adapters.session import Session
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
from azext_acrcache.domain.values.secret_value import SecretValue
from azext_acrcache.domain.state.observed import ABSENT, PRESENT, SOFT_DELETED, UNREADABLE, Secret
from azext_acrcache.domain.values.secret_ids import SecretId

logger = get_logger(__name__)

_TIMEOUTS = {"connection_timeout": CONNECTION_TIMEOUT, "read_timeout": READ_TIMEOUT}


class VaultSecrets:
    """:param subscription: one of the vault's tenant, for the token."""

    def __init__(self, session: Session, vault_host: str, subscription: str):
        self._session, self._host, self._subscription = session, vault_host, subscription
        self._client = None

    def read(self, secret: SecretId) -> SecretValue | None:
        """The value; None where there is none. Raises ServiceError (403), ServiceUnreachable."""
        try:
            return SecretValue(self._call("get_secret", secret.name, secret.version).value or "")
        except ServiceError as refused:
            if refused.not_found:
                return None
            raise

    def state(self, secret: SecretId, value: SecretValue) -> tuple[Secret, bool]:
        """How a secret stands, and whether `value` is current in it. Never raises for what the caller may not see."""
        try:
            current = self.read(secret)
            if current is not None:
                return Secret(secret, PRESENT, True), current == value
            return Secret(secret, SOFT_DELETED if self.is_deleted(secret) else ABSENT), False
        except ServiceError as refused:
            # 403 also for a disabled secret; storing a value makes a new, enabled version.
            return Secret(secret, UNREADABLE, reason=refused.message), False

    def is_deleted(self, secret: SecretId) -> bool:
        try:
            self._call("get_deleted_secret", secret.name)
        except ServiceError as refused:
            if refused.status in (403, 404):
                return False
            raise
        return True

    def store(self, secret: SecretId, value: SecretValue) -> None:
        """Raises ServiceError; 409 while a recovery is under way."""
        self._call("set_secret", secret.name, value.reveal())

    def recover(self, secret: SecretId) -> None:
        """Begins a recovery; it takes effect after some seconds."""
        self._call("begin_recover_deleted_secret", secret.name)

    def _call(self, operation: str, *args):
        from azure.core.exceptions import HttpResponseError, ServiceRequestError, ServiceResponseError
        subject = f"secret '{self._host.partition('.')[0]}/{args[0]}'"
        try:
            return getattr(self._secrets(), operation)(*args, **_TIMEOUTS)
        except HttpResponseError as ex:
            raise _refused(ex, subject) from None
        except (ServiceRequestError, ServiceResponseError) as ex:
            raise ServiceUnreachable(f"key vault '{self._host}'", str(ex)) from None

    def _secrets(self):
        if self._client is None:
            load_common()
            from azure.cli.core._profile import Profile
            from azure.cli.core.commands.client_factory import prepare_client_kwargs_track2
            options = prepare_client_kwargs_track2(self._session.cli_ctx)
            options.pop("http_logging_policy", None)
            # az's own policy prints bodies with --debug. `logging_enable=False` on a call is not enough: it is
            # forgotten when the request goes out a second time, after the vault's challenge or a retry.
            options["logging_policy"] = _bodiless_logging()
            credential, _, _ = Profile(cli_ctx=self._session.cli_ctx).get_login_credentials(
                subscription_id=self._subscription)
            self._client = SECRETS.load()(vault_url=f"https://{self._host}", credential=credential,
                                          api_version="7.4", transport=self._session.transport(), **options)
        return self._client


def _bodiless_logging():
    """Logs that a request was made and how it ended, never what it carried."""
    from azure.core.pipeline.policies import SansIOHTTPPolicy

    class BodilessLogging(SansIOHTTPPolicy):
        def on_response(self, request, response):
            logger.debug("%s %s: %s", request.http_request.method, request.http_request.url,
                         response.http_response.status_code)

    return BodilessLogging()


def _refused(ex, subject: str) -> ServiceError:
    """Key Vault's error: {"error": {"code", "message", "innererror": {"code"}}}; the inner code says more."""
    error = getattr(ex, "error", None)
    inner = getattr(error, "innererror", None) or {}
    code = inner.get("code") if isinstance(inner, dict) else None
    return ServiceError(ex.status_code or 0, code or getattr(error, "code", None) or str(ex.status_code),
                        getattr(error, "message", None) or ex.message, subject)
