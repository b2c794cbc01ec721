"""The shell in the pod of a run command, as far as clients of the simulator use it.

`kubectl get pods|namespaces [-A|-n NAME] -o jsonpath='…'`, `echo WORD`, `printf '%s\\n' "$NAME"`, `sort` and `sort -u`,
joined by `|` and `&&`, and `NAME=$(…)`. Anything else is honestly not simulated: exit code 127, as of a command that
is not there.
"""
from __future__ import annotations

import re
import shlex

from .json_path import NotSimulated, print_template
from .pods import Pods

_ASSIGNMENT = re.compile(r"(?P<name>[A-Za-z_]\w*)=\$\((?P<command>.*)\)", re.DOTALL)
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|\$\(")
_NOT_SIMULATED = 127


class _Failed(Exception):
    """A command that ended with another code than 0. :ivar output: what it wrote to stderr."""

    def __init__(self, code: int, output: str):
        super().__init__(output)
        self.code, self.output = code, output


class PodShell:
    """:param caller: as Kubernetes names whoever asks. :param command_id: of the run command."""

    def __init__(self, pods: Pods, caller: str, command_id: str):
        self._pods, self._caller, self._command_id = pods, caller, command_id
        self._variables: dict[str, str] = {}

    def run(self, script: str) -> tuple[int, str]:
        """The exit code, and what stands in the logs: both streams, in the order of their lines."""
        logs = []
        try:
            for command in _split(script, "&&"):
                logs.append(self._command(command.strip()))
        except _Failed as failed:
            return failed.code, "".join([*logs, failed.output])
        except NotSimulated as unknown:
            return _NOT_SIMULATED, "".join([*logs, f"acrsim: not simulated: {unknown.form}\n"])
        return 0, "".join(logs)

    def _command(self, text: str) -> str:
        assignment = _ASSIGNMENT.fullmatch(text)
        if assignment:
            self._variables[assignment["name"]] = self._pipeline(assignment["command"]).rstrip("\n")
            return ""
        return self._pipeline(text)

    def _pipeline(self, text: str) -> str:
        output = ""
        for place, command in enumerate(_split(text, "|")):
            output = self._simple(command.strip(), output if place else None)
        return output

    def _simple(self, text: str, piped: str | None) -> str:
        try:
            words = shlex.split(text)
        except ValueError:
            raise NotSimulated(text) from None
        if words[:2] == ["kubectl", "get"] and piped is None:
            return self._get(words[2:], text)
        if re.fullmatch(r"echo [\w.:-]+", text) and piped is None:
            return f"{words[1]}\n"
        printed = re.fullmatch(r"printf '%s\\n' \"\$([A-Za-z_]\w*)\"", text)
        if printed and piped is None:
            return self._variables.get(printed[1], "") + "\n"
        if words in (["sort"], ["sort", "-u"]) and piped is not None:
            lines = piped.splitlines()
            return "".join(f"{line}\n" for line in sorted(set(lines) if len(words) == 2 else lines))
        raise NotSimulated(text)

    def _get(self, words: list[str], text: str) -> str:
        """`kubectl get`: what and where, and in which form. Raises _Failed where Kubernetes refuses."""
        form = re.fullmatch(r"(pods|namespaces)(?: (-A|-n \S+))? -o jsonpath=(.*)", " ".join(words), re.DOTALL)
        if form is None:
            raise NotSimulated(text)
        what, where, template = form.groups()
        if self._pods.refused:
            raise _Failed(1, f'Error from server (Forbidden): {what} is forbidden: User "{self._caller}" cannot list '
                             f'resource "{what}" in API group "" at the cluster scope\n')
        if what == "namespaces":
            items = self._pods.namespaces(self._command_id)
        else:
            namespace = None if where == "-A" else where[len("-n "):] if where else "default"
            items = self._pods.list(namespace, self._command_id)
        return print_template(template, {"items": items})


def _split(text: str, operator: str) -> list[str]:
    """At an operator of the shell that stands in no quotes and no `$(…)`."""
    parts, at, begin = [], 0, 0
    while at < len(text):
        quoted = _QUOTED.match(text, at)
        if quoted:
            at = _closing(text, quoted.end()) if quoted[0] == "$(" else quoted.end()
        elif text.startswith(operator, at):
            parts.append(text[begin:at])
            at = begin = at + len(operator)
        else:
            at += 1
    return [*parts, text[begin:]]


def _closing(text: str, at: int) -> int:
    """Behind the parenthesis that closes what has been opened before `at`. Raises NotSimulated."""
    while at < len(text):
        quoted = _QUOTED.match(text, at)
        if quoted:
            at = _closing(text, quoted.end()) if quoted[0] == "$(" else quoted.end()
        elif text[at] == ")":
            return at + 1
        else:
            at += 1
    raise NotSimulated(text)
