"""The one writer of lines that are printed to be run: as they stand, in a fresh shell, bash or PowerShell.

Sources: POSIX, Shell Command Language 2.2 (quoting); PowerShell's about_Quoting_Rules and about_Parsing (argument mode,
generic tokens); azure-cli's page on quoting differences between scripting languages; azure-cli 2.91
core/commands/arm.py, register_global_policy_argument (commands named `list` and `show` take no policy flags).
"""
from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, replace
from typing import Union

from azext_acrcache.domain.values.arm_ids import ArmId

# Read as it stands by both shells: no comma (an array in PowerShell), no `@` or `%` in front, no `~`, no wildcard. What
# begins with a dash has neither dot nor colon, where PowerShell splits it.
_PLAIN = re.compile(r"[A-Za-z0-9/._][A-Za-z0-9/._:+=@-]*|--?[A-Za-z][A-Za-z0-9-]*(?:=[A-Za-z0-9/._:+=@-]*)?")
# PowerShell takes typographic quotes for quotes.
_SINGLE, _DOUBLE = "'\u2018\u2019\u201a\u201b", "\"\u201c\u201d\u201e"
# What a double-quoted text gives a meaning to in bash, also in an interactive one, or in PowerShell.
_ACTIVE = re.compile(rf"[$`!{_DOUBLE}]|\\(?=[\\\n]|\Z)")
_PARTS = re.compile(rf"[{_SINGLE}]+|[^{_SINGLE}]+")
_GENERIC = re.compile(r"[A-Za-z/][A-Za-z0-9/._:+=@-]*")

# `az` with one of these at the end of its command takes no policy flags.
_ONLY_LOOKS = ("list", "show")

Registry = Union[str, ArmId]


def quoted(word: str) -> str:
    """`word` as one argument for bash and PowerShell; for bash alone where the two have no quoting in common.

    They have none for an empty word and for one that holds a double quote: PowerShell reads single quotes as bash does,
    but versions before 7.3, and all that call az.cmd, drop double quotes on the way to a program. Neither for a word
    with both an apostrophe and a character that is active in double quotes, unless it begins with a plain letter.
    """
    if _PLAIN.fullmatch(word):
        return word
    if not any(mark in word for mark in _SINGLE):
        return f"'{word}'"
    if not _ACTIVE.search(word):
        return f'"{word}"'
    return _mixed(word) or shlex.quote(word)


def _mixed(word: str) -> str | None:
    """`it"'"'s $5'`: quoted parts side by side are one word to bash, and to PowerShell behind a plain beginning."""
    plain = _GENERIC.match(word)
    if not plain or '"' in word:
        return None
    parts = _PARTS.findall(word[plain.end():])
    return plain[0] + "".join(f'"{part}"' if part[0] in _SINGLE else f"'{part}'" for part in parts)


@dataclass(frozen=True)
class LineContext:
    """What the lines of one command have in common.

    :ivar subscription: ID of the one that a fresh shell works in; empty where it is not known, then each line names the
        subscription of its resource.
    :ivar words: kept on every line that does not have the option already, such as `--subscription X`.
    :ivar policy: kept on every line that may write, such as `--acquire-policy-token` or `--change-reference Y`.
    """

    subscription: str = ""
    words: tuple[str, ...] = ()
    policy: tuple[str, ...] = ()

    def line(self, *command: str) -> "AzLine":
        """`az` and the words of the command: `context.line("acr", "cache", "update")`."""
        return AzLine(command, self)

    def is_current(self, resource: ArmId) -> bool:
        """Whether a line need not name the resource's subscription."""
        return bool(self.subscription) and resource.subscription.lower() == self.subscription.lower()


@dataclass(frozen=True)
class AzLine:
    """A line in the making; each method answers a longer one. `str()` is what is printed.

    :ivar arguments: behind the command, not quoted.
    :ivar comment: stands behind a `#`, which both shells pass over.
    """

    command: tuple[str, ...]
    context: LineContext = LineContext()
    arguments: tuple[str, ...] = ()
    comment: str = ""

    @classmethod
    def of(cls, *command: str, context: LineContext = LineContext()) -> "AzLine":
        return cls(command, context)

    def option(self, name: str, *values: str | None) -> "AzLine":
        """`name` and its values; nothing where there is none, so that what was not given is left out."""
        given = [value for value in values if value]
        return self.add(name, *given) if given else self

    def flag(self, name: str, given: bool = True) -> "AzLine":
        return self.add(name) if given else self

    def add(self, *words: str) -> "AzLine":
        """Further words as they are, not quoted yet."""
        return replace(self, arguments=(*self.arguments, *words))

    def registry(self, registry: Registry, option: str = "--registry") -> "AzLine":
        """A registry by its name where no more is known; from its ID with group and, where it matters, subscription."""
        if isinstance(registry, str):
            return self.option(option, registry)
        return self.resource(registry, option)

    def resource(self, resource: ArmId, option: str = "--name") -> "AzLine":
        """A resource by name, group and, where it matters, subscription."""
        return self.option(option, resource.names[0]).group(resource)

    def group(self, resource: ArmId) -> "AzLine":
        return self.option("--resource-group", resource.group).subscription(resource)

    def subscription(self, resource: ArmId) -> "AzLine":
        """Named unless it is the one that a fresh shell works in."""
        return self if self.context.is_current(resource) else self.option("--subscription", resource.subscription)

    def remark(self, text: str) -> "AzLine":
        return replace(self, comment=text)

    @property
    def words(self) -> tuple[str, ...]:
        """All of the line, not quoted."""
        kept = self.context.words
        if self.command and self.command[-1] not in _ONLY_LOOKS:
            kept += self.context.policy
        return ("az", *self.command, *self.arguments, *_missing(kept, self.arguments))

    def __str__(self) -> str:
        line = " ".join(quoted(word) for word in self.words)
        return f"{line}  # {self.comment}" if self.comment else line


class Advice(str):
    """A recommendation that ends in a line to be run: `See those that it has: az acr list`.

    Whoever raises it knows no command line; the edge says it again with what every line keeps.
    """

    text: str
    line: AzLine

    def __new__(cls, text: str, line: AzLine) -> "Advice":
        advice = super().__new__(cls, f"{text}: {line}")
        advice.text, advice.line = text, line
        return advice

    def within(self, context: LineContext) -> "Advice":
        return Advice(self.text, replace(self.line, context=context))


class PrintedLine(str):
    """A line alone, of whoever knows no command line, such as a plan; the edge says it again as it does advice."""

    line: AzLine

    def __new__(cls, line: AzLine) -> "PrintedLine":
        printed = super().__new__(cls, line)
        printed.line = line
        return printed

    def within(self, context: LineContext) -> "PrintedLine":
        return PrintedLine(replace(self.line, context=context))


def said(text: str, context: LineContext) -> str:
    """`text` as it is printed: a line, and advice that ends in one, with what every line of the command keeps.

    A plain string, since az writes the attributes of anything else into its JSON.
    """
    return str(text.within(context)) if isinstance(text, (Advice, PrintedLine)) else text


def chains_of(registry: Registry) -> AzLine:
    """The line that lists the chains of a registry."""
    return AzLine.of("acrcache", "bootstrap", "list").registry(registry).option("--output", "table")


def _missing(kept: tuple[str, ...], arguments: tuple[str, ...]) -> list[str]:
    """The kept options, each with its values, that do not stand among `arguments`."""
    missing: list[str] = []
    stands = False
    for word in kept:
        if word.startswith("-"):
            stands = word in arguments
        if not stands:
            missing.append(word)
    return missing
