"""`az acrcache grant vault`: the identity of a credential set may read exactly its two secrets."""
from __future__ import annotations

from azext_acrcache.command_line import check_exit_code, check_timeout, same_command
from azext_acrcache.in_az_terms import in_az_terms


@in_az_terms
def grant_vault(cmd, registry_name, name, resource_group_name=None, vault_access="auto", vault_scope="secret",
                what_if=False, exit_code=False, health_unwatched=False, wait_timeout=600):
    from azext_acrcache.adapters.azure import Azure
    from azext_acrcache.domain.place import name_in, place_of
    from azext_acrcache.domain.chain_plan import plan_vault_access
    from azext_acrcache.domain.refusal import Missing
    from azext_acrcache.run import Run
    from azext_acrcache.survey import Survey

    check_exit_code(what_if, exit_code)
    check_timeout("--wait-timeout", wait_timeout)
    name = name_in(registry_name, name, "credentialSets", "credential set")
    azure = Azure(cmd.cli_ctx)
    survey = Survey(azure, place_of(registry_name, resource_group_name))
    snapshot = survey.for_grant(name)
    credential_set = snapshot.credential_set(name)
    if credential_set is None:
        raise Missing(f"The registry '{snapshot.registry.name}' has no credential set '{name}'.",
                      "See those that it has: az acr credential-set list --registry "
                      f"{snapshot.registry.name} --query [].name",
                      "To make one together with its access, use: az acrcache bootstrap create")
    plan = plan_vault_access(credential_set, snapshot, vault_access, vault_scope)
    run = Run(cmd, azure, snapshot.registry, plan, next_lines=[],
              carry_on=same_command("grant vault", {
                  "--registry": registry_name, "--name": name, "--resource-group": resource_group_name,
                  "--vault-access": vault_access, "--vault-scope": vault_scope,
              }, {"--vault-access": "auto", "--vault-scope": "secret"}))
    if what_if:
        return run.what_if(exit_code, {credential_set.name: credential_set.health})
    return run.apply(snapshot.vaults, {credential_set.name: credential_set}, wait=not health_unwatched,
                     wait_timeout=wait_timeout)
