"""What can't work, collected over all registries and told at once, each with its place in the manifest."""
from __future__ import annotations

import re
from types import TracebackType

from azext_acrcache.domain.guidance.az_lines import Advice
from azext_acrcache.domain.values.errors import SeveralErrors, UserError, raise_all

# What a manifest calls the options of `bootstrap create` and `grant pull`.
_KEYS = {"--source-repo": "source", "--target-repo": "target", "--name": "name", "--cred-set": "credentialSet",
         "--vault": "vault", "--username-id": "usernameSecret", "--password-id": "passwordSecret",
         "--vault-access": "vaultAccess", "--vault-scope": "vaultScope", "--identity": "identity",
         "--repository": "repositories", "--assign-identity": "assignIdentity", "--login-server": "loginServer"}
_OPTION = re.compile(r"--[a-z][a-z-]+")


class Refusals:
    """`with refusals.at(place): …` notes what the block refuses and goes on after it."""

    def __init__(self) -> None:
        # By kind and message: what one mistake causes in several places is told once.
        self._errors: dict[tuple[type, str], UserError] = {}
        self._place = ""

    def at(self, place: str) -> "Refusals":
        """:param place: such as `cache.yaml:14: registries[0].rules[2]`; empty on a command line."""
        self._place = place
        return self

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 traceback: TracebackType | None) -> bool:
        if not isinstance(error, UserError):
            return False
        self.note(error, self._place)
        return True

    def __bool__(self) -> bool:
        return bool(self._errors)

    def note(self, error: UserError, place: str) -> None:
        """As if a block at that place had refused."""
        for each in error.errors if isinstance(error, SeveralErrors) else (error,):
            self._errors.setdefault((type(each), each.message), placed(each, place))

    def raise_if_any(self) -> None:
        """Raises the only one as it is, several as SeveralErrors."""
        raise_all(list(self._errors.values()))


def placed(error: UserError, place: str) -> UserError:
    """The error with its place in a manifest, in the manifest's words; as it is where there is no place, or where it
    has one, which is the closer."""
    if not place or error.place:
        return error
    ways = [way if isinstance(way, Advice) else _in_manifest(way) for way in error.recommendations]
    told = type(error)(f"{place}: {_in_manifest(error.message) or error.message}", *(way for way in ways if way))
    told.place = place
    return told


def _in_manifest(text: str) -> str | None:
    """With keys for options; None where it speaks of an option that no key stands for. Lines of az stay as they are."""
    if re.search(r"(?:^|: )az ", text):
        return text
    if any(option not in _KEYS for option in _OPTION.findall(text)):
        return None
    return _OPTION.sub(lambda option: f"`{_KEYS[option[0]]}`", text)
