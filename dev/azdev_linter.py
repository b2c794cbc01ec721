"""`azdev linter`, without what makes it slow or takes it to the network.

Of az's own command modules only `acr` is loaded: rules look at the extension, and the examples in its help call nothing
else. The number of examples that a command needs comes from here, where azdev downloads it. Arguments are azdev's.
"""
from __future__ import annotations

import sys

import azdev.operations.linter.linter as linter
from azdev.__main__ import main
from azure.cli.core import MainCommandsLoader

LOADED = ("acr",)
# azdev's published numbers, by verb.
EXAMPLES = {"add": 1, "create": 1, "update": 1, "delete": 0, "list": 0, "remove": 0, "show": 0, "wait": 0}


class _FewModules(MainCommandsLoader):
    def _load_modules(self, args, command_modules):
        return super()._load_modules(args, [name for name in command_modules if name in LOADED])

    def load_arguments(self, command=None):
        # The loader reads the command line to load one command's arguments only; a linter wants them all.
        self.cli_ctx.invocation.data["command_string"] = ""
        return super().load_arguments(command)


def _lint() -> None:
    import azure.cli.core
    azure.cli.core.MainCommandsLoader = _FewModules
    linter.get_cmd_example_configurations = lambda: EXAMPLES
    sys.argv[0] = "azdev"
    main()


if __name__ == "__main__":
    _lint()
