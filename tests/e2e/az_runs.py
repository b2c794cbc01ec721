"""az as several principals, one after the other, each with a configuration folder of its own."""
from __future__ import annotations

from pathlib import Path

from az_process import Az, Principal, TENANT


class AzFork:
    """Use as a context manager.

    :param az: whose extensions, proxy and home are used; it needs no sign-in.
    """

    def __init__(self, az: Az):
        self._az = az

    def __enter__(self) -> "AzFork":
        return self

    def __exit__(self, *_) -> None:
        self._az.close()

    def run(self, config: Path, *words: str) -> dict:
        """One command, as the one who is signed in there: `code`, `stdout` and `stderr`."""
        ran = self._az(*words, expect=None, env={"AZURE_CONFIG_DIR": str(config)})
        return {"code": ran.code, "stdout": ran.stdout, "stderr": ran.stderr}

    def sign_in(self, config: Path, principal: Principal) -> None:
        """Raises AssertionError where az refuses."""
        ran = self.run(config, "login", "--service-principal", "-u", principal.app_id, "-p", principal.secret,
                       "--tenant", TENANT, "--allow-no-subscriptions")
        assert ran["code"] == 0, ran
