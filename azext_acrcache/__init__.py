"""Workflow commands for the artifact cache of Azure Container Registry."""
from azure.cli.core import AzCommandsLoader

# az finds the help by this name.
from azext_acrcache._help import helps


class AcrCacheCommandsLoader(AzCommandsLoader):
    def __init__(self, cli_ctx=None):
        from azure.cli.core.commands import CliCommandType
        super().__init__(cli_ctx=cli_ctx, custom_command_type=CliCommandType(operations_tmpl="azext_acrcache.{}"))

    def load_command_table(self, args):
        from azext_acrcache.commands import load_command_table
        load_command_table(self)
        return self.command_table

    def load_arguments(self, command):
        from azext_acrcache._params import load_arguments
        load_arguments(self)


COMMAND_LOADER_CLS = AcrCacheCommandsLoader
