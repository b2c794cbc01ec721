"""The arguments by which consumers are named, the same for `grant pull`, `grant revoke` and `verify access`."""
from __future__ import annotations

from typing import Mapping, Sequence

from azext_acrcache.domain.consumers.consumer import ConsumerRef
from azext_acrcache.domain.consumers.kinds import KINDS
from azext_acrcache.domain.values.errors import MissingArgument, UserError
from azext_acrcache.domain.values.principals import PRINCIPAL_TYPES
from azext_acrcache.domain.values.repositories import RepositoryPattern


def named_consumers(arguments: Mapping[str, Sequence[str] | None]) -> list[ConsumerRef]:
    """From the flags, by `ConsumerKind.dest`."""
    return [ConsumerRef(kind, text.strip()) for kind in KINDS for text in arguments.get(kind.dest) or ()]


def given_principals(object_ids: Sequence[str] | None, principal_type: str | None) -> list[tuple[str, str]]:
    """Object ID and type of principals that are not looked up. Raises UserError."""
    if not object_ids:
        if principal_type:
            raise MissingArgument("--assignee-principal-type says what --assignee-object-id is, which is missing.",
                                  "Add --assignee-object-id ID.")
        return []
    known = {each.lower(): each for each in PRINCIPAL_TYPES}
    if not principal_type:
        raise MissingArgument("--assignee-object-id needs --assignee-principal-type, so that nothing is looked up.",
                              f"Add --assignee-principal-type with one of {', '.join(PRINCIPAL_TYPES)}.")
    if principal_type.lower() not in known:
        raise UserError(f"'{principal_type}' is no type of principal.", f"Use one of {', '.join(PRINCIPAL_TYPES)}.")
    for object_id in object_ids:
        _check_object_id(object_id)
    return [(object_id.strip().lower(), known[principal_type.lower()]) for object_id in object_ids]


def require_consumers(named: Sequence[ConsumerRef], given: Sequence[tuple[str, str]], *others: str) -> None:
    """Raises MissingArgument where nobody is named. `others`: what could have been named instead."""
    if not named and not given:
        flags = ", ".join(f"--{kind.flag}" for kind in KINDS)
        raise MissingArgument("No consumer was named.", f"Name one or several: {flags}, or --assignee-object-id with "
                              "--assignee-principal-type.", *others)


def repositories_from(texts: Sequence[str] | None) -> tuple[RepositoryPattern, ...]:
    """Raises UserError for what is no repository and no prefix such as `team/*`."""
    return tuple(dict.fromkeys(RepositoryPattern.parse(text, "repository") for text in texts or ()))


def consumer_words(arguments: Mapping[str, Sequence[str] | None], object_ids: Sequence[str] | None,
                   principal_type: str | None) -> list[str]:
    """The same arguments again, for the line that carries on."""
    words = [word for kind in KINDS if arguments.get(kind.dest)
             for word in (f"--{kind.flag}", *(arguments.get(kind.dest) or ()))]
    if object_ids:
        words += ["--assignee-object-id", *object_ids, "--assignee-principal-type", principal_type or ""]
    return words


def _check_object_id(text: str) -> None:
    import uuid
    try:
        uuid.UUID(text.strip())
    except ValueError:
        raise UserError(f"'{text}' is no object ID.",
                        "It looks like 00000000-0000-0000-0000-000000000000; an application is "
                        "named with --service-principal.") from None
