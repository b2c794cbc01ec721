"""`az acrcache verify explain`: what an error text of a pull or of its set-up means. Asks nobody."""
from __future__ import annotations

from azext_acrcache.cli.az_command import az_command


@az_command
def explain_text(cmd, text=None):
    from azext_acrcache.domain.guidance.error_texts.explain import explain
    from azext_acrcache.domain.values.errors import MissingArgument
    given = " ".join(text) if text and text != ["-"] else _from_standard_input()
    if not given.strip():
        raise MissingArgument("No error text was given.", "Put it behind the command in quotes, or pipe it in.")
    found = explain(given)
    if found is None:
        from azure.cli.core.azclierror import UnclassifiedUserFault
        raise UnclassifiedUserFault(
            "This text is not among those that are known; it is not guessed at.",
            ["See every link of the chains: az acrcache verify chain --registry MyRegistry",
             "Pull the image step by step: az acrcache verify pull --registry MyRegistry --image MyImage:MyTag"])
    return {"check": found.check, "cause": found.cause, "mend": list(found.mend)}


def _from_standard_input():
    from azext_acrcache.cli import standard_input
    from azext_acrcache.domain.values.errors import MissingArgument
    if standard_input.is_terminal():
        raise MissingArgument("No error text was given.", "Put it behind the command in quotes, or pipe it in.")
    return standard_input.content().decode("utf-8", errors="replace")
