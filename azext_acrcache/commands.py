"""Which command is answered by which function."""
from azext_acrcache import _format


def load_command_table(loader):
    with loader.command_group("acrcache", is_preview=True):
        pass
    with loader.command_group("acrcache bootstrap") as group:
        group.custom_command("create", "bootstrap.create#create_chain", table_transformer=_format.changes)
        group.custom_command("apply", "bootstrap.apply#apply_manifest", table_transformer=_format.estate_changes)
        group.custom_command("list", "bootstrap.show#list_chains", table_transformer=_format.chains)
        group.custom_show_command("show", "bootstrap.show#show_chain", table_transformer=_format.chain)
        group.custom_command("export", "bootstrap.export#export_registries", table_transformer=_format.manifest)
        group.custom_command("discover", "bootstrap.discover#discover_images", table_transformer=_format.discovery)
        group.custom_command("delete", "bootstrap.delete#delete_chain", table_transformer=_format.changes)
    with loader.command_group("acrcache grant") as group:
        group.custom_command("vault", "grant.vault#grant_vault", table_transformer=_format.changes)
        group.custom_command("pull", "grant.pull#grant_pull", table_transformer=_format.changes)
        group.custom_command("list", "grant.list#list_grants", table_transformer=_format.grants)
        group.custom_command("revoke", "grant.revoke#revoke", table_transformer=_format.changes)
    with loader.command_group("acrcache verify") as group:
        group.custom_command("chain", "verify.chain#verify_chain", table_transformer=_format.findings)
        group.custom_command("pull", "verify.pull#verify_pull", table_transformer=_format.pulls)
        group.custom_command("upstream", "verify.upstream#verify_upstream", table_transformer=_format.upstreams)
        group.custom_command("access", "verify.access#verify_access", table_transformer=_format.consumers)
        group.custom_command("login", "verify.login#verify_login", table_transformer=_format.logins)
        group.custom_command("resolve", "verify.resolve#resolve_images", table_transformer=_format.resolutions)
        group.custom_command("explain", "verify.explain#explain_text", table_transformer=_format.explanation)
