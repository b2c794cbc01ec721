"""`az acrcache bootstrap apply`: many registries from one manifest."""
from __future__ import annotations

from azext_acrcache.cli.az_command import az_command
from azext_acrcache.cli.command_line import check_exit_code, check_timeout


@az_command
def apply_manifest(cmd, file=None, prune=False, previous=None, expect=None, yes=False, concurrency=8,
                   wait_timeout=600, health_unwatched=False, what_if=False, exit_code=False, markdown=None,
                   handover=None, schema=False):
    from azext_acrcache.domain.values.errors import MissingArgument
    if schema:
        from azext_acrcache.workflows.apply import schema_document
        return schema_document()
    if not file:
        raise MissingArgument("No manifest is named: --file is missing.",
                              "Give its path, or - for standard input: --file cache.yaml")
    from azext_acrcache.workflows.apply import ApplyOptions, apply
    check_exit_code(what_if, exit_code)
    check_timeout("--wait-timeout", wait_timeout)
    return apply(cmd, file, ApplyOptions(not health_unwatched, wait_timeout, what_if, exit_code, expect, prune,
                                         previous, yes, concurrency, markdown, handover))
