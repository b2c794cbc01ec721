"""What every ARM resource provider shares: sign-in, authorization, existence, api-version, paging."""
from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Callable
from urllib.parse import urlencode

from .governance import check_governance
from .protocol.http import Handler, Headers, Reject, Request, Response, Router, arm_error
from .protocol.tokens import TokenError, verify
from .rbac.authorization import allows, covers, denying, grants
from .state.directory import Principal
from .state.operations import ARM

if TYPE_CHECKING:
    from .rbac.conditions import Attributes
    from .state.world import World

ARM_AUDIENCES = ["https://management.core.windows.net", "https://management.azure.com"]


def caller(world: World, request: Request) -> Principal:
    """The principal behind the request's bearer token.

    Raises Reject 401 with AuthenticationFailed (no token), ExpiredAuthenticationToken, InvalidAuthenticationToken,
    InvalidAuthenticationTokenAudience or, for a subscription of another tenant that has delegated nothing to the
    caller, InvalidAuthenticationTokenTenant. # Guess: the texts are ARM's known ones, not recorded.
    """
    token = request.bearer()
    if token is None:
        raise _unauthorized("AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.")
    try:
        claims = verify(world, token, ARM_AUDIENCES)
    except TokenError as error:
        raise _token_refused(world, error) from error
    principal = world.directory.get(claims["oid"])
    if principal is None:
        raise _unauthorized("InvalidAuthenticationToken", "The access token is invalid.")
    request.caller = principal.app_id or principal.display_name
    _check_issuer(world, request, principal)
    return principal


def require(world: World, request: Request, action: str, scope: str,
            request_attributes: Attributes | None = None) -> Principal:
    """The caller, who may carry out `action` at `scope`.

    Raises Reject 401 (see caller) or 403: AuthorizationFailed in the words of recording role-assignment-forbidden.json,
    DenyAssignmentAuthorizationFailed where a role would allow it.
    """
    principal = caller(world, request)
    if not allows(world, principal.object_id, scope, action=action, request_attributes=request_attributes):
        name = principal.display_name if principal.kind == "User" else principal.app_id
        deny = denying(world, principal.object_id, scope, action)
        if deny and grants(world, principal.object_id, scope, action, request_attributes):
            # Words as in reports of Azure/deployment-stacks.
            raise arm_error(403, "DenyAssignmentAuthorizationFailed",
                            f"The client '{name}' with object id '{principal.object_id}' has permission to perform "
                            f"action '{action}' on scope '{scope}'; however, the access is denied because of the deny "
                            f"assignment with name '{deny.deny_name}' and Id '{deny.name.replace('-', '')}' at scope "
                            f"'{deny.scope}'.")
        raise arm_error(403, "AuthorizationFailed",
                        f"The client '{name}' with object id '{principal.object_id}' does not have authorization to "
                        f"perform action '{action}' over scope '{scope}' or the scope is invalid. If access was "
                        "recently granted, please refresh your credentials.")
    return principal


def api_version(request: Request, versions: list[str] | None = None, type: str = "") -> str:
    """The request's api-version.

    `versions`: those that the resource type `type` ("Microsoft.X/a") has; None takes any.
    Raises Reject 400 MissingApiVersionParameter or InvalidResourceType-like NoRegisteredProviderFound.
    """
    version = request.param("api-version")
    if not version:
        raise arm_error(400, "MissingApiVersionParameter",
                        "The api-version query parameter (?api-version=) is required for all requests.")
    if versions is not None and version.lower() not in versions:
        namespace, _, rest = type.partition("/")
        raise arm_error(400, "NoRegisteredProviderFound",
                        f"No registered resource provider found for location '' and API version '{version}' for type "
                        f"'{rest}'. The supported api-versions are '{', '.join(versions)}'. The supported locations "
                        f"are ''.")
    return version


def check_subscription(world: World, subscription_id: str) -> None:
    """Raises Reject 404 SubscriptionNotFound."""
    if world.subscription(subscription_id) is None:
        raise arm_error(404, "SubscriptionNotFound", f"The subscription '{subscription_id}' could not be found.")


def check_group(world: World, subscription_id: str, group: str) -> None:
    """Raises Reject 404 ResourceGroupNotFound."""
    if world.subscriptions[subscription_id.lower()].group(group) is None:
        raise arm_error(404, "ResourceGroupNotFound", f"Resource group '{group}' could not be found.")


def not_found(resource_id: str) -> Reject:
    """404 ResourceNotFound for a top-level or child resource, as recorded in keyvault-management.json."""
    parts = resource_id.strip("/").split("/")
    at = len(parts) - 1 - [part.lower() for part in reversed(parts)].index("providers")
    names = parts[at + 2:]
    kind = "/".join([parts[at + 1]] + names[0::2])
    return arm_error(404, "ResourceNotFound",
                     f"The Resource '{kind}/{'/'.join(names[1::2])}' under resource group '{parts[3]}' was not found. "
                     "For more details please go to https://aka.ms/ARMResourceNotFoundFix")


def arm_route(router: Router, world: World, method: str, template: str, handler: Handler,
              action: str | None = None, versions: list[str] | None = None) -> None:
    """Mount `handler` at `/subscriptions/{subscription}/resourceGroups/{group}/providers/<template>`.

    `template` is `Microsoft.X/a/{a}/b/{b}`. Before the handler runs: api-version (one of `versions`, if given),
    sign-in, subscription, then `action` at the resource (of a collection: at what holds it), then the group, then what
    stands above rights (locks, policies, providers that are not registered).
    The handler finds names in request.args, and the id of what the path names in request.args["resource_id"].
    """
    def guarded(request: Request) -> Response:
        parts = template.split("/")
        resource_type = "/".join([parts[0], *parts[1::2]])
        api_version(request, versions, resource_type)
        caller(world, request)
        check_subscription(world, request.args["subscription"])
        request.args["resource_id"] = request.path.rstrip("/")
        if action:
            require(world, request, action, _scope(request.path))
        check_group(world, request.args["subscription"], request.args["group"])
        check_governance(world, request, resource_type, request.args["resource_id"])
        return handler(request)

    router.add(method, ARM, "/subscriptions/{subscription}/resourceGroups/{group}/providers/" + template, guarded)


def subscription_route(router: Router, world: World, method: str, template: str, handler: Handler,
                       action: str | None = None, versions: list[str] | None = None) -> None:
    """The same at `/subscriptions/{subscription}/<template>`, for lists over groups; the action is at that scope."""
    def guarded(request: Request) -> Response:
        api_version(request, versions, template)
        caller(world, request)
        check_subscription(world, request.args["subscription"])
        if action:
            require(world, request, action, "/subscriptions/" + request.args["subscription"])
        return handler(request)

    router.add(method, ARM, "/subscriptions/{subscription}" + ("/" + template if template else ""), guarded)


def page(request: Request, items: list, show: Callable = lambda item: item, size: int = 100) -> Response:
    """One page of a list: {"value": [...]} and nextLink while there is more, `size` items a page or page_size."""
    size = min(size, request.page_size or size)
    token = request.param("$skiptoken") or "0"
    if not token.isdecimal():
        raise arm_error(400, "InvalidSkipToken", "The $skiptoken is not valid.")
    start = int(token)
    document: dict = {"value": [show(item) for item in items[start:start + size]]}
    if len(items) > start + size:
        query = [(key, value) for key, value in request.query if key.lower() != "$skiptoken"]
        document["nextLink"] = f"{request.url}?{urlencode([*query, ('$skiptoken', str(start + size))])}"
    return Response(200, document)


def _scope(path: str) -> str:
    """The resource that a path names; for a collection or an action below a resource, that resource.

    # Guess: for a top-level collection the group.
    """
    parts = path.strip("/").split("/")
    after = parts[parts.index("providers") + 2:] if "providers" in parts else []
    if len(after) % 2 == 0:
        return path.rstrip("/")
    kept = parts[:-1] if len(after) > 1 else parts[:4]
    return "/" + "/".join(kept)


def _check_issuer(world: World, request: Request, principal: Principal) -> None:
    """Does the token come from the tenant of the subscription that is asked for?

    A role assignment of the caller in that subscription stands for a delegation to its tenant (Azure Lighthouse).
    """
    parts = request.path.strip("/").split("/")
    subscription = world.subscription(parts[1]) if parts[0].lower() == "subscriptions" and len(parts) > 1 else None
    if subscription is None or subscription.tenant_id.lower() == principal.tenant_id.lower():
        return
    members = world.directory.with_groups(principal.object_id)
    within = f"/subscriptions/{subscription.id}"
    if any(covers(within, item.scope) for item in world.role_assignments.held_by(members)):
        return
    raise _unauthorized(
        "InvalidAuthenticationTokenTenant",
        f"The access token is from the wrong issuer 'https://sts.windows.net/{principal.tenant_id}/'. It must match "
        f"the tenant 'https://sts.windows.net/{subscription.tenant_id}/' associated with this subscription. Please use "
        f"the authority (URL) 'https://login.windows.net/{subscription.tenant_id}' to get the token. Note, if the "
        "subscription is transferred to another tenant there is no impact to the services, but information about new "
        "tenant could take time to propagate (up to an hour). If you just transferred your subscription and see this "
        "error message, please try back later.")


def _unauthorized(code: str, message: str) -> Reject:
    challenge = 'Bearer authorization_uri="https://login.microsoftonline.com/", error="invalid_token", ' \
                f'error_description="{message}"'
    return arm_error(401, code, message, Headers({"www-authenticate": challenge}))


def _token_refused(world: World, error: TokenError) -> Reject:
    def written(at: float) -> str:
        return datetime.fromtimestamp(at, timezone.utc).strftime("%m/%d/%Y %I:%M:%S %p").lstrip("0")

    if error.reason == "expired":
        return _unauthorized("ExpiredAuthenticationToken",
                             f"The access token expiry UTC time '{written(error.claims.get('exp', 0))}' is earlier "
                             f"than current UTC time '{written(world.clock.wall())}'.")
    if error.reason == "audience":
        allowed = ",".join(f"'{item}/','{item}'" for item in ARM_AUDIENCES)
        return _unauthorized("InvalidAuthenticationTokenAudience",
                             "The access token has been obtained for wrong audience or resource "
                             f"'{error.claims.get('aud')}'. It should exactly match with one of the allowed audiences "
                             f"{allowed}.")
    return _unauthorized("InvalidAuthenticationToken", "The access token is invalid.")
