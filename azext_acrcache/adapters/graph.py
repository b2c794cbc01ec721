"""Microsoft Graph v1.0, as far as principals are looked up: what an application's service principal is, and what the
principals of role assignments are called. Shapes: recording aks-kubelet-identity.json."""
from __future__ import annotations

from functools import cached_property, partial
from typing import Callable, Iterable, Mapping

from azext_acrcache.adapters.loading import load_common
from azext_acrcache.adapters.rest import CONNECTION_TIMEOUT, Rest
from azext_acrcache.adapters.session import Session
from azext_acrcache.concurrency import gather
from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.guidance.az_lines import Advice, AzLine
from azext_acrcache.domain.values.errors import Conflict, NotFound, ServiceError
from azext_acrcache.domain.values.principals import GROUP, SERVICE_PRINCIPAL, USER

# getByIds takes no more at once.
_AT_ONCE = 1000
_TYPES = ["user", "group", "servicePrincipal"]
_COLLECTIONS = {USER: "users", GROUP: "groups", SERVICE_PRINCIPAL: "servicePrincipals"}


class Graph:
    """:param subscription: answers one of the tenant whose directory is to be asked."""

    def __init__(self, session: Session, subscription: Callable[[], str]):
        self._session, self._subscription = session, subscription

    def service_principal(self, text: str) -> DirectoryEntry:
        """By application ID or by its own object ID. Raises NotFound, and Conflict where the caller may not ask."""
        try:
            bodies = self._rest.get("/v1.0/servicePrincipals", None, subject=f"service principal '{text}'", params={
                "$filter": f"servicePrincipalNames/any(c:c eq '{text}')"}).get("value") or []
            entries = [DirectoryEntry.from_rest(body) for body in bodies or self._by_object_id(text)]
        except ServiceError as error:
            if not error.forbidden:
                raise
            raise Conflict(f"You may not look the service principal '{text}' up in Entra ID ({error.code}).",
                           "Give its object ID (not the application's), which needs no look-up: --assignee-object-id "
                           "ID --assignee-principal-type ServicePrincipal") from error
        if not entries:
            raise NotFound(f"There is no service principal for '{text}' in the tenant.",
                           Advice("See it", AzLine.of("ad", "sp", "show").option("--id", text)),
                           Advice("An application of another tenant needs one in this tenant first",
                                  AzLine.of("ad", "sp", "create").option("--id", text)))
        return entries[0]

    def entries(self, object_ids: Iterable[str]) -> dict[str, DirectoryEntry]:
        """By object ID in lower case; those that do not exist are missing.

        Raises ServiceError (403), ServiceUnreachable.
        """
        ids = sorted({object_id.lower() for object_id in object_ids})
        entries: dict[str, DirectoryEntry] = {}
        for first in range(0, len(ids), _AT_ONCE):
            answer = self._rest.call("POST", "/v1.0/directoryObjects/getByIds", None, subject="Entra ID",
                                     body={"ids": ids[first:first + _AT_ONCE], "types": _TYPES}, repeatable=True)
            entries.update({body["id"].lower(): DirectoryEntry.from_rest(body)
                            for body in answer.body.get("value") or ()})
        return entries

    def gone(self, principals: Iterable[tuple[str, str]]) -> set[str]:
        """Object IDs in lower case of those that the directory says do not exist, asked one by one.

        :param principals: as (object ID, type). Raises ServiceError (403), ServiceUnreachable.
        """
        paths = {object_id: f"/v1.0/{_COLLECTIONS[kind]}/{object_id}" for object_id, kind in principals}
        bodies = gather([partial(self._rest.find, path, None, subject=f"principal '{object_id}'")
                         for object_id, path in paths.items()])
        return {object_id.lower() for object_id, body in zip(paths, bodies) if body is None}

    def _by_object_id(self, text: str) -> list[Mapping]:
        body = self._rest.find(f"/v1.0/servicePrincipals/{text}", None, subject=f"service principal '{text}'")
        return [body] if body else []

    @cached_property
    def _rest(self) -> Rest:
        load_common()
        from azure.cli.core._profile import Profile
        from azure.core import PipelineClient
        from azure.core.pipeline import policies
        session = self._session
        base = session.cli_ctx.cloud.endpoints.microsoft_graph_resource_id.rstrip("/")
        credential, _, _ = Profile(cli_ctx=session.cli_ctx).get_login_credentials(
            subscription_id=self._subscription())
        # The policies that take our options (no retries, no redirects) from a request before it is sent.
        return Rest(PipelineClient(base, policies=[
            policies.HeadersPolicy(), policies.RedirectPolicy(), policies.RetryPolicy(),
            policies.BearerTokenCredentialPolicy(credential, f"{base}/.default")],
            transport=session.transport(), connection_timeout=CONNECTION_TIMEOUT), base, gate=session.gate)
