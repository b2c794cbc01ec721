"""Takedowns that were cut off: which credential set a deleted rule had.

Azure forgets that with the rule, and a credential set can carry no mark of ours; without this note a run that was
killed between the two would leave the credential set and its access behind for good. Names only, in az's own folder.
"""
from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Iterable, Mapping

from knack.log import get_logger

from azext_acrcache.domain.guidance.az_lines import LineContext
from azext_acrcache.domain.values.arm_ids import ArmId

logger = get_logger(__name__)


class TakeDownJournal:
    """The note on one registry. :ivar credential_sets: rule name in lower case to credential set name."""

    def __init__(self, path: Path, registry: ArmId, context: LineContext = LineContext()):
        self._path, self._registry, self._context = path, registry, context
        self.credential_sets: dict[str, str] = self._read()

    @classmethod
    def of(cls, cli_ctx, registry: ArmId, context: LineContext) -> "TakeDownJournal":
        """That of a registry, in az's own configuration folder. :param context: of the lines that are printed."""
        name = hashlib.sha256(str(registry).lower().encode()).hexdigest()[:16]
        return cls(Path(cli_ctx.config.config_dir) / "acrcache" / f"takedown-{name}.json", registry, context)

    def begin(self, credential_sets: Mapping[str, str]) -> None:
        """Notes what is about to be taken down. :param credential_sets: rule name to credential set name."""
        self.credential_sets.update({rule.lower(): name for rule, name in credential_sets.items()})
        self._write()

    def end(self, rules: Iterable[str]) -> None:
        """Forgets these rules, whose take-down is complete."""
        for rule in rules:
            self.credential_sets.pop(rule.lower(), None)
        self._write()

    def _read(self) -> dict[str, str]:
        try:
            notes = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as ex:
            logger.warning("The note on unfinished takedowns '%s' can't be read and is left aside: %s", self._path, ex)
            return {}
        return {str(rule): str(name) for rule, name in notes.items()} if isinstance(notes, dict) else {}

    def _write(self) -> None:
        """Whole or not at all, since a kill may come at any moment."""
        try:
            if not self.credential_sets:
                self._path.unlink(missing_ok=True)
                return
            self._path.parent.mkdir(parents=True, exist_ok=True)
            draft = self._path.with_suffix(f".{os.getpid()}")
            draft.write_text(json.dumps(self.credential_sets), encoding="utf-8")
            draft.replace(self._path)
        except OSError as ex:
            logger.warning("The note on unfinished takedowns '%s' can't be written: %s. If this run is cut off, carry "
                           "on with:\n%s", self._path, ex, "\n".join(self._lines()))

    def _lines(self) -> list[str]:
        """What takes the noted credential sets down without the note."""
        line = self._context.line("acrcache", "bootstrap", "delete").registry(self._registry)
        return [str(line.option("--cred-set", name)) for name in sorted(set(self.credential_sets.values()))]
