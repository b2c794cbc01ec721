"""The operators by which a condition compares the name of a repository: what each lets through.

Source: conditions-format, "String comparison operators" (those without IgnoreCase tell cases apart) and "Cross product
comparison operators" (`ForAnyOfAnyValues:` and the like). A request names one repository, so that of a quantifier only
the second half matters: any of the values, or all of them.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Mapping

from azext_acrcache.domain.values.repositories import RepositoryPattern
from azext_acrcache.domain.values.wildcards import fixed_start, like

EQUALS, STARTS_WITH, LIKE = "stringequals", "stringstartswith", "stringlike"
_IGNORE_CASE = "ignorecase"
_QUANTIFIERS = {"foranyofanyvalues": any, "forallofanyvalues": any, "foranyofallvalues": all, "forallofallvalues": all}
_TESTS: Mapping[str, Callable[[str, str], bool]] = {
    EQUALS: lambda name, value: name == value,
    STARTS_WITH: lambda name, value: name.startswith(value),
    LIKE: lambda name, value: like(value, name),
}


@dataclass(frozen=True)
class NameOperator:
    """:ivar test: EQUALS, STARTS_WITH or LIKE. :ivar negated: such as StringNotEquals.
    :ivar quantifier: `any` or `all` of a set's values; None where the operator has none and takes one value.
    """

    test: str
    negated: bool
    ignores_case: bool
    quantifier: Callable[..., Any] | None

    @classmethod
    def parse(cls, text: str) -> "NameOperator | None":
        """None for an operator that is not about text, or that nobody knows."""
        quantifier, colon, word = text.lower().rpartition(":")
        ignores_case = word.endswith(_IGNORE_CASE)
        word = word[:-len(_IGNORE_CASE)] if ignores_case else word
        negated = word.startswith("stringnot")
        test = f"string{word[len('stringnot'):]}" if negated else word
        if test not in _TESTS or (colon and quantifier not in _QUANTIFIERS):
            return None
        return cls(test, negated, ignores_case, _QUANTIFIERS.get(quantifier))

    def value(self, text: str) -> str:
        """A value as it is compared with a repository's name, which is lower case always."""
        return text.lower() if self.ignores_case else text

    def true_of(self, name: str, values: tuple[str, ...]) -> bool:
        """Whether the comparison holds for one repository."""
        tests = [_TESTS[self.test](name.lower(), self.value(value)) is not self.negated for value in values]
        joined = self.quantifier or (all if self.negated else any)
        return joined(tests)

    def true_of_all_below(self, prefix: str, values: tuple[str, ...]) -> bool:
        """Whether it surely holds for each name that begins so. False also where that is too hard to tell."""
        if self.negated or self.test == EQUALS:
            return False
        starts = [self._start(value) for value in values]
        return (self.quantifier or any)([start is not None and prefix.startswith(start) for start in starts])

    def names(self, value: str) -> str:
        """The names that one value stands for, as a report has them: `team/app`, `team/*`, `team*`."""
        return f"{value}*" if self.test == STARTS_WITH else value

    def is_listable(self, value: str) -> bool:
        """Whether `names` says all: not so of a wildcard within, or of a capital where case counts."""
        start, rest = fixed_start(value) if self.test == LIKE else (value, "")
        return rest in ("", "*") and self.value(start) == start.lower()

    def lies_within(self, value: str, pattern: RepositoryPattern) -> bool:
        """Whether `pattern` names every repository that the operator lets through for `value`."""
        start, open_end = self._start_and_end(self.value(value))
        if not pattern.wildcard:
            return not open_end and start == pattern.path
        return not pattern.path or start.startswith(f"{pattern.path}/")

    def touches(self, value: str, pattern: RepositoryPattern) -> bool:
        """Whether the operator may let a repository through for `value` that `pattern` names."""
        value = self.value(value)
        if not pattern.wildcard:
            return _TESTS[self.test](pattern.path, value)
        start, open_end = self._start_and_end(value)
        below = f"{pattern.path}/" if pattern.path else ""
        # Names are lower case: with a capital that counts nothing gets through.
        return start == start.lower() and (start.startswith(below) or (open_end and below.startswith(start)))

    def _start(self, value: str) -> str | None:
        """The prefix that is all that the value asks for; None where it asks for more."""
        start, rest = (value, "*") if self.test == STARTS_WITH else fixed_start(value)
        return self.value(start) if rest == "*" else None

    def _start_and_end(self, value: str) -> tuple[str, bool]:
        """What a name must begin with, and whether it may go on."""
        if self.test == LIKE:
            start, rest = fixed_start(value)
            return start, bool(rest)
        return value, self.test == STARTS_WITH
