"""`az acrcache verify explain`: what an error text of a pull or of its set-up means. Sends no request."""
from __future__ import annotations

from azext_acrcache.cli.az_command import az_command
from azext_acrcache.cli.command_line import line_context


@az_command
def explain_text(cmd, text=None):
    from azext_acrcache.domain.guidance.error_texts.explain import closer_looks, explain
    given = " ".join(text) if text and text != ["-"] else _from_standard_input()
    if not given.strip():
        raise _no_text()
    explanation = explain(given)
    if explanation is None:
        from azext_acrcache.domain.values.errors import NotKnown
        raise NotKnown(
            "This text is not among those that are known; it is not guessed at.", *closer_looks(given))
    return explanation.to_report(line_context(cmd))


def _from_standard_input():
    from azext_acrcache.cli import standard_input
    if standard_input.is_terminal():
        raise _no_text()
    return standard_input.content().decode("utf-8", errors="replace")


def _no_text():
    from azext_acrcache.domain.values.errors import MissingArgument
    return MissingArgument("No error text was given.", "Put it behind the command in quotes, or pipe it in.")
