"""What all adapters share: az's sign-in, its subscriptions and cloud, one pool of connections, one gate before it."""
from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from azext_acrcache.adapters.bodiless_logging import bodiless_logging
from azext_acrcache.adapters.loading import Sdk, load_common
from azext_acrcache.adapters.request_gate import RequestGate
from azext_acrcache.adapters.rest import Rest
from azext_acrcache.domain.values.vault_hosts import vault_name_in

if TYPE_CHECKING:
    from azure.cli.core import AzCli
    from azure.core.pipeline.transport import RequestsTransport

    from azext_acrcache.adapters.connections import Connections

# Where az writes it, at the level of --debug.
_TRACE = "azure.cli.core.sdk.policies"


class Session:
    """One command's way to Azure. Safe to use from several threads.

    :ivar gate: the limit, the pauses and the deadline of all requests.
    """

    def __init__(self, cli_ctx: AzCli):
        self.cli_ctx = cli_ctx
        self.gate = RequestGate()
        self._lock = threading.RLock()
        # Its own: a token may take a request to Entra ID, which must not hold up those that have theirs.
        self._token_lock = threading.Lock()
        self._rests: dict[tuple[str, str], Rest] = {}
        # Set once the first request to ARM is on its way.
        self.asked = threading.Event()
        self._transport: RequestsTransport | None = None
        self._http: Connections | None = None

    @property
    def subscription(self) -> str:
        """The current subscription (`--subscription`, else that of `az account set`)."""
        load_common()
        from azure.cli.core.commands.client_factory import get_subscription_id
        with self._lock:
            return get_subscription_id(self.cli_ctx)

    def subscriptions(self) -> list[dict]:
        """What az knows of the subscriptions that it is signed in to: `id`, `tenantId`, `state`."""
        load_common()
        from azure.cli.core._profile import Profile
        return Profile(cli_ctx=self.cli_ctx).load_cached_subscriptions()

    def patience(self, seconds: float) -> None:
        """From now on no request waits longer than that for a service that asked for a pause or answered 5xx."""
        self.gate.patience(seconds)

    def time_left(self) -> float:
        """Seconds that are left of that patience."""
        return self.gate.time_left()

    def home_tenant_of(self, subscription: str) -> str:
        """The tenant that a subscription belongs to: its identities, vaults and registries live there.

        With Azure Lighthouse it is not the tenant that was signed in to. Empty where the subscription is not known.
        Source: az account list, `homeTenantId`.
        """
        account = self._account(subscription)
        return account.get("homeTenantId") or account.get("tenantId") or ""

    def sign_in_tenant_of(self, subscription: str) -> str:
        """The tenant that issues the caller's tokens for a subscription; for nothing but getting and showing tokens."""
        return self._account(subscription).get("tenantId") or ""

    def other_subscriptions(self) -> list[str]:
        """Enabled subscriptions that the same sign-in reaches, without the current one."""
        current = self.subscription
        tenant = self.sign_in_tenant_of(current)
        return [account["id"] for account in self.subscriptions()
                if account["tenantId"] == tenant and account["id"] != current and account.get("state") == "Enabled"]

    def _account(self, subscription: str) -> dict:
        return next((account for account in self.subscriptions() if account["id"].lower() == subscription.lower()), {})

    def rest(self, sdk: Sdk, subscription: str) -> Rest:
        """Requests to ARM through a management SDK's client of that subscription."""
        key = (sdk.module, subscription.lower())
        # Asked for with each request: what is loaded already is not to be loaded again.
        present = self._rests.get(key)
        if present is not None:
            return present
        load_common()
        from azure.cli.core.commands.client_factory import get_mgmt_service_client
        with self._lock:
            if key not in self._rests:
                client = get_mgmt_service_client(self.cli_ctx, sdk.load(), subscription_id=subscription,
                                                 transport=self.transport())
                endpoint = self.cli_ctx.cloud.endpoints.resource_manager
                self._rests[key] = Rest(client, endpoint, self.asked, self.gate, options=trace_options())
            return self._rests[key]

    def bodiless_rest(self, sdk: Sdk, subscription: str) -> Rest:
        """As `rest`, for bodies that hold a token: nothing that they carry is logged."""
        load_common()
        from azure.cli.core._profile import Profile
        from azure.cli.core.auth.util import resource_to_scopes
        from azure.cli.core.commands.client_factory import prepare_client_kwargs_track2
        options = prepare_client_kwargs_track2(self.cli_ctx)
        options["logging_policy"] = bodiless_logging()
        with self._lock:
            endpoints = self.cli_ctx.cloud.endpoints
            credential, _, _ = Profile(cli_ctx=self.cli_ctx).get_login_credentials(subscription_id=subscription)
            client = sdk.load()(credential, subscription, base_url=endpoints.resource_manager,
                                credential_scopes=resource_to_scopes(endpoints.active_directory_resource_id),
                                transport=self.transport(), **options)
        return Rest(client, endpoints.resource_manager, self.asked, self.gate)

    def transport(self) -> RequestsTransport:
        """One for all clients: each new connection costs a proxy and a TLS handshake."""
        load_common()
        from azure.core.pipeline.transport import RequestsTransport
        with self._lock:
            if self._transport is None:
                self._transport = RequestsTransport(session=self.http(), session_owner=False)
            return self._transport

    def http(self) -> Connections:
        """The pool beneath, for services that no SDK of az speaks to."""
        if self._http is not None:
            return self._http
        load_common()
        from azext_acrcache.adapters.connections import Connections
        with self._lock:
            if self._http is None:
                self._http = Connections(self.gate)
            return self._http

    def token_for(self, resource: str, subscription: str) -> str:
        """An access token of the signed-in identity in that subscription's tenant. Never print it.

        Whoever sends it checks the host first (trusted_hosts.py).
        """
        load_common()
        from azure.cli.core._profile import Profile
        with self._token_lock:
            (_, token, _), _, _ = Profile(cli_ctx=self.cli_ctx).get_raw_token(resource=resource,
                                                                              subscription=subscription)
            return token

    @property
    def vault_suffix(self) -> str:
        """What the hosts of the cloud's key vaults end in, such as `.vault.azure.net`."""
        return self.cli_ctx.cloud.suffixes.keyvault_dns

    @property
    def registry_suffix(self) -> str:
        """What the login servers of the cloud's registries end in, such as `.azurecr.io`."""
        return self.cli_ctx.cloud.suffixes.acr_login_server_endpoint

    def is_vault_host(self, host: str) -> bool:
        """Whether a host is one of the cloud's key vaults, and a bare DNS name."""
        return vault_name_in(host, self.vault_suffix) is not None


def trace_options() -> dict[str, bool]:
    """For pipelines that az has set up: no trace of each header of each request where nobody reads it.

    az's loggers take all records and its handlers choose among them, so that without --debug the trace is made for
    nothing; it is a seventh of what a request costs.
    """
    return {} if _is_read(logging.getLogger(_TRACE), logging.DEBUG) else {"logging_enable": False}


def _is_read(logger: logging.Logger, level: int) -> bool:
    """Whether any handler takes records of that level. az's loggers take all of them, and its handlers choose."""
    reads = logger.isEnabledFor(level)
    above: logging.Logger | None = logger
    while reads and above is not None:
        if any(handler.level <= level for handler in above.handlers):
            return True
        above = above.parent if above.propagate else None
    return False
