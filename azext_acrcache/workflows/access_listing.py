"""Who can pull and push, with what the directory knows of them: for `grant list` and for `bootstrap show`."""
from __future__ import annotations

from typing import Mapping, Sequence

from knack.log import get_logger

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.cli.command_line import line_context
from azext_acrcache.cli.consumer_arguments import repositories_from
from azext_acrcache.concurrency import Future
from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.access.pull_access import PullAccess, pull_access
from azext_acrcache.domain.access.report import entries, keeping_line, losing
from azext_acrcache.domain.access.roles import NAMES
from azext_acrcache.domain.consumers.owner import IdentityOwner
from azext_acrcache.domain.guidance.az_lines import LineContext
from azext_acrcache.domain.state.access import AccessSnapshot
from azext_acrcache.domain.state.observed import Registry
from azext_acrcache.domain.values.errors import Conflict, ServiceError, ServiceUnreachable
from azext_acrcache.domain.values.registry_ref import registry_ref
from azext_acrcache.observe.access import AccessReader

logger = get_logger(__name__)


def list_access(cmd, registry: str, group: str | None, *, repository: Sequence[str] | None,
                kinds: Sequence[str] | None, if_mode: str | None) -> list[dict]:
    """The contract's entries. Raises UserError.

    :param repository: only who may reach these. :param kinds: only consumers of these kinds.
    :param if_mode: only who would lose access in this mode, each with the line that keeps it.
    """
    wanted = repositories_from(repository)
    reader = AccessReader(Azure(cmd.cli_ctx), registry_ref(registry, group))
    context = line_context(cmd)
    denials = Future(lambda: _denials(reader, context))
    snapshot = reader.everybody()
    _check_known(snapshot.registry)
    for warning in denials.result():
        logger.warning(warning)
    tell_unread_roles(snapshot)
    access = pull_access(snapshot.scope, snapshot.registry.mode, snapshot.visible_assignments, snapshot.definitions)
    lines: dict[str, str] = {}
    if if_mode:
        then = pull_access(snapshot.scope, if_mode, snapshot.visible_assignments, snapshot.definitions)
        access = losing(access, then)
        lines = {entry.assignment.id: keeping_line(snapshot.registry.id, entry, if_mode, context)
                 for entry in access}
    if wanted:
        # Roles that the mode ignores are shown too: their owners believe that they cover it.
        access = [entry for entry in access if any(entry.touches(pattern) for pattern in wanted)]
    report = described(reader, access)
    if kinds:
        report = [entry for entry in report if entry["kind"] in kinds]
    for entry in report if if_mode else ():
        entry["loses"] = entry["access"]
        # Nobody is helped by keeping what an identity had that no longer exists.
        if entry["assignmentId"] in lines and not entry["orphan"]:
            entry["keepWith"] = lines[entry["assignmentId"]]
    return report


def described(reader: AccessReader, access: Sequence[PullAccess]) -> list[dict]:
    """The contract's entries, with what the directory knows of the principals, as far as the caller may ask it."""
    directory: Mapping[str, DirectoryEntry] | None = None
    owners: Mapping[str, IdentityOwner] = {}
    if access:
        try:
            directory = reader.directory([entry.assignment for entry in access])
            owners = reader.owners(list(directory.values()))
        except Conflict as error:
            logger.warning("Names, kinds and orphans are not shown: %s",
                           "\n".join([error.message, *error.recommendations]))
        except (ServiceError, ServiceUnreachable) as error:
            logger.warning("Names, kinds and orphans are not shown, since Entra ID could not be asked: %s", error)
    return entries(access, directory, owners)


def tell_unread_roles(snapshot: AccessSnapshot) -> None:
    """On stderr, whose access is not in the list, so that nobody takes a short list for few who may pull."""
    unread = [assignment for assignment in snapshot.visible_assignments
              if assignment.reaches(snapshot.scope) and assignment.role not in snapshot.definitions]
    if not unread:
        return
    roles = ", ".join(sorted({f"'{NAMES.get(assignment.role, assignment.role)}'" for assignment in unread}))
    logger.warning("%d role %s left out, since you may not read what the %s: %s", len(unread),
                   "assignment is" if len(unread) == 1 else "assignments are",
                   "role allows" if "," not in roles else "roles allow", roles)


def _denials(reader: AccessReader, context: LineContext) -> list[str]:
    """What the list leaves out, in words: whom a deny assignment names may hang on groups that nobody lists here."""
    try:
        line = context.line("acrcache", "verify", "access").registry(reader.registry.id)
        return [f"The deny assignment '{denial.name}' on '{denial.scope}' takes pull or push from those that it names, "
                "whatever their roles. See what it does to a consumer: "
                f"{line}" for denial in reader.denials()]
    except ServiceError as error:
        if not error.forbidden:
            raise
        return [f"Deny assignments are not taken into account, since you may not read them: {error.why}"]


def _check_known(registry: Registry) -> None:
    if registry.assumed:
        raise Conflict(f"You may not read the registry '{registry.name}', so that its mode is not known.",
                       "Ask for the role Reader on it.")
