"""The $filter that Microsoft.Authorization takes on its lists, and the routes at any scope."""
from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from ...arm import api_version, caller, check_group, check_subscription, not_found, require
from ...protocol.http import Handler, Request, Response, Router, arm_error
from ...rbac.authorization import covers
from ...state.operations import ARM
from ...state.world import World

_TERM = re.compile(r"""\s*(?:
    (?P<call>atScope|atScopeAndBelow)\(\s*\)
  | (?P<assigned>assignedTo)\(\s*'(?P<who>[^']*)'\s*\)
  | (?P<name>\w+)\s+eq\s+'(?P<value>(?:[^']|'')*)'
)\s*""", re.VERBOSE | re.IGNORECASE)


@dataclass(frozen=True)
class ScopeFilter:
    """at_scope: leave out what lies below the scope; equals: property name (lower case) -> value."""

    at_scope: bool
    assigned_to: str | None
    equals: dict[str, str]


def parse_filter(request: Request, names: set[str]) -> ScopeFilter:
    """The request's $filter: terms joined by `and`; `names` are the properties that may stand in `eq`.

    Raises Reject 400 UnsupportedQuery for anything else. # Guess: the text.
    """
    text = request.param("$filter") or ""
    at_scope, assigned, equals = False, None, {}
    rest = text.strip()
    while rest:
        match = _TERM.match(rest)
        if not match or (match["name"] and match["name"].lower() not in {name.lower() for name in names}):
            raise arm_error(400, "UnsupportedQuery", f"The filter '{text}' is not supported.")
        if match["call"]:
            at_scope = match["call"].lower() == "atscope"
        elif match["assigned"]:
            assigned = match["who"]
        else:
            equals[match["name"].lower()] = match["value"].replace("''", "'")
        rest = rest[match.end():]
        if rest:
            joined = re.match(r"and\s+", rest, re.IGNORECASE)
            if not joined:
                raise arm_error(400, "UnsupportedQuery", f"The filter '{text}' is not supported.")
            rest = rest[joined.end():]
    return ScopeFilter(at_scope, assigned, equals)


def in_reach(item_scope: str, scope: str, at_scope: bool) -> bool:
    """Does a list at `scope` show what sits at `item_scope`: there, above it, and unless at_scope also below it?"""
    return covers(item_scope, scope) or (not at_scope and covers(scope, item_scope))


def scope_of(request: Request) -> str:
    """The scope before /providers/Microsoft.Authorization; "/" for the root."""
    inner = request.args.get("scope", "").strip("/")
    return "/" + inner


def route_at_any_scope(router: Router, method: str, kind: str, handler: Handler) -> None:
    """`kind` such as `Microsoft.Authorization/roleAssignments/{name}`, below every scope and below none."""
    for base in ("/{scope:path}/providers/", "/providers/"):
        router.add(method, ARM, base + kind, handler)


class KindAtAnyScope(Protocol):
    """What answers for one kind of Microsoft.Authorization."""

    def list(self, request: Request) -> Response: ...
    def get(self, request: Request) -> Response: ...
    def put(self, request: Request) -> Response: ...
    def delete(self, request: Request) -> Response: ...


def routes_of_kind(router: Router, kind: str, service: KindAtAnyScope) -> None:
    """The list of a kind, such as `Microsoft.Authorization/locks`, and what is done to one of them by name."""
    route_at_any_scope(router, "GET", kind, service.list)
    for method, handler in (("GET", service.get), ("PUT", service.put), ("DELETE", service.delete)):
        route_at_any_scope(router, method, kind + "/{name}", handler)


def listed_scope(world: World, request: Request, kind: str) -> str:
    """The scope whose list the caller may read. Raises Reject 401, 403, or 404 for a scope that does not exist."""
    api_version(request)
    scope = scope_of(request)
    caller(world, request)
    check_scope(world, scope)
    require(world, request, f"{kind}/read", scope)
    return scope


def check_scope(world: World, scope: str) -> None:
    """Does the scope exist? A subscription, group or top-level resource that is missing is refused with its 404.

    What lies below a top-level resource (a vault's secret) is not looked up, as in Azure.
    """
    parts = scope.strip("/").split("/")
    if parts[0].lower() != "subscriptions" or len(parts) < 2:
        return
    check_subscription(world, parts[1])
    if len(parts) >= 4 and parts[2].lower() == "resourcegroups":
        check_group(world, parts[1], parts[3])
        if len(parts) >= 8:
            top = "/" + "/".join(parts[:8])
            if world.resources.get(top) is None:
                raise not_found(top)
