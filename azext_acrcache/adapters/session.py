"""What all adapters share: az's sign-in, its subscriptions and cloud, and one pool of connections."""
from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from azext_acrcache.adapters.loading import Sdk, load_common
from azext_acrcache.adapters.rest import Rest

if TYPE_CHECKING:
    from azure.cli.core import AzCli


class Session:
    """One command's way to Azure. Safe to use from several threads."""

    def __init__(self, cli_ctx: "AzCli"):
        self.cli_ctx = cli_ctx
        self._lock = threading.RLock()
        # Its own: a token may take a request to Entra ID, which must not hold up those that have theirs.
        self._token_lock = threading.Lock()
        self._rests: dict[tuple[str, str], Rest] = {}
        # Set once the first request to ARM is on its way.
        self.asked = threading.Event()
        self._transport = None
        self._http = self._registries_http = None

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

    def tenant_of(self, subscription: str) -> str:
        for known in self.subscriptions():
            if known["id"].lower() == subscription.lower():
                return known["tenantId"]
        return ""

    def home_tenant_of(self, subscription: str) -> str:
        """The tenant that the subscription's identities live in; with Azure Lighthouse not the one signed in to."""
        for known in self.subscriptions():
            if known["id"].lower() == subscription.lower():
                return known.get("homeTenantId") or known["tenantId"]
        return ""

    def other_subscriptions(self) -> list[str]:
        """Enabled subscriptions of the current one's tenant, without the current one."""
        current = self.subscription
        tenant = self.tenant_of(current)
        return [known["id"] for known in self.subscriptions()
                if known["tenantId"] == tenant and known["id"] != current and known.get("state") == "Enabled"]

    def rest(self, sdk: Sdk, subscription: str) -> Rest:
        """Requests to ARM through a management SDK's client of that subscription."""
        load_common()
        from azure.cli.core.commands.client_factory import get_mgmt_service_client
        key = (sdk.module, subscription.lower())
        with self._lock:
            if key not in self._rests:
                client = get_mgmt_service_client(self.cli_ctx, sdk.load(), subscription_id=subscription,
                                                 transport=self.transport())
                self._rests[key] = Rest(client, self.cli_ctx.cloud.endpoints.resource_manager, self.asked)
            return self._rests[key]

    def transport(self):
        """One for all clients: each new connection costs a proxy and a TLS handshake."""
        load_common()
        from azure.core.pipeline.transport import RequestsTransport
        with self._lock:
            if self._transport is None:
                self._transport = RequestsTransport(session=self.http(), session_owner=False)
            return self._transport

    def http(self):
        """The pool beneath, for services that no SDK of az speaks to."""
        load_common()
        from azext_acrcache.adapters.connections import pool
        with self._lock:
            if self._http is None:
                self._http = pool()
            return self._http

    def registries_http(self):
        """For what registries serve: a broken connection is tried once more, an answer never asked for twice."""
        load_common()
        from urllib3.util.retry import Retry

        from azext_acrcache.adapters.connections import pool
        with self._lock:
            if self._registries_http is None:
                self._registries_http = pool(Retry(total=1, status=0, other=0, respect_retry_after_header=False,
                                                   allowed_methods=None))
            return self._registries_http

    def token_for(self, resource: str, subscription: str) -> str:
        """An access token of the signed-in identity in that subscription's tenant. Never print it."""
        load_common()
        from azure.cli.core._profile import Profile
        with self._token_lock:
            (_, token, _), _, _ = Profile(cli_ctx=self.cli_ctx).get_raw_token(resource=resource,
                                                                              subscription=subscription)
            return token

    @property
    def vault_suffix(self) -> str:
        return self.cli_ctx.cloud.suffixes.keyvault_dns

    @property
    def registry_suffix(self) -> str:
        return getattr(self.cli_ctx.cloud.suffixes, "acr_login_server_endpoint", ".azurecr.io")
