"""Many az commands in few processes: az is imported once, and each command runs in a fork with a world of its own.

An az process costs seconds, most of them for its imports; a table of roles and commands would cost an hour.
"""
from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from az_process import Az, Principal, TENANT


class AzFork:
    """az as some principals, one after the other. Use as a context manager.

    :param az: whose extensions, proxy and home are used; it needs no sign-in.
    """

    def __init__(self, az: Az):
        self._az = az
        self._process = subprocess.Popen([sys.executable, str(Path(__file__).resolve()), "serve"],
                                         env=az.environment(), cwd=az.home, text=True, stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def __enter__(self) -> "AzFork":
        return self

    def __exit__(self, *_) -> None:
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def run(self, config: Path, *words: str) -> dict:
        """One command, as the one who is signed in there: `code`, `stdout` and `stderr`."""
        self._process.stdin.write(json.dumps({"config": str(config), "words": words}) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def sign_in(self, config: Path, principal: Principal) -> None:
        """Raises AssertionError where az refuses."""
        ran = self.run(config, "login", "--service-principal", "-u", principal.app_id, "-p", principal.secret,
                       "--tenant", TENANT, "--allow-no-subscriptions")
        assert ran["code"] == 0, ran


def _serve() -> None:
    import os
    import tempfile

    from azure.cli.core import MainCommandsLoader, AzCli, azlogging
    from azure.cli.core.commands import AzCliCommandInvoker
    from azure.cli.core._help import AzCliHelp
    from azure.cli.core._output import AzOutputProducer
    from azure.cli.core.parser import AzCliCommandParser

    def one(config: str, words: list[str], folder: Path) -> int:
        with open(folder / "stdout", "w", encoding="utf-8") as out, open(folder / "stderr", "w", encoding="utf-8") as err:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            sys.stdout, sys.stderr = out, err
            os.environ["AZURE_CONFIG_DIR"] = config
            try:
                cli = AzCli(cli_name="az", config_dir=config, config_env_var_prefix="AZURE",
                            commands_loader_cls=MainCommandsLoader, invocation_cls=AzCliCommandInvoker,
                            parser_cls=AzCliCommandParser, logging_cls=azlogging.AzCliLogging,
                            output_cls=AzOutputProducer, help_cls=AzCliHelp)
                return cli.invoke(words)
            except SystemExit as ex:
                return ex.code if isinstance(ex.code, int) else 1
            except BaseException:  # the parent has to hear of it, whatever it is
                import traceback
                traceback.print_exc()
                return 99
            finally:
                out.flush()
                err.flush()

    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    for line in sys.stdin:
        asked = json.loads(line)
        with tempfile.TemporaryDirectory() as place:
            child = os.fork()
            if child == 0:
                os._exit(one(asked["config"], asked["words"], Path(place)) or 0)
            _, status = os.waitpid(child, 0)
            answers.write(json.dumps({
                "code": os.waitstatus_to_exitcode(status),
                **{name: (Path(place) / name).read_text(encoding="utf-8") for name in ("stdout", "stderr")}}) + "\n")
            answers.flush()


if __name__ == "__main__":
    _serve()
