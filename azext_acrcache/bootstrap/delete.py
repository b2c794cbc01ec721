"""`az acrcache bootstrap delete`: rules, and what only they needed."""
from __future__ import annotations

from azext_acrcache.command_line import check_exit_code, check_timeout, same_command
from azext_acrcache.in_az_terms import in_az_terms


@in_az_terms
def delete_chain(cmd, registry_name, name=None, cred_set=None, resource_group_name=None, yes=False, what_if=False,
                 exit_code=False, wait_timeout=600):
    from azext_acrcache.adapters.azure import Azure
    from azext_acrcache.domain.place import name_in, place_of
    from azext_acrcache.bootstrap.unfinished import Unfinished
    from azext_acrcache.confirm import confirm
    from azext_acrcache.domain.refusal import Absent
    from azext_acrcache.domain.takedown_plan import plan_takedown
    from azext_acrcache.run import Run
    from azext_acrcache.survey import Survey

    check_exit_code(what_if, exit_code)
    check_timeout("--wait-timeout", wait_timeout)
    if not name and not cred_set:
        raise Absent("Neither a cache rule nor a credential set was named.",
                     "Name rules with --name; see them with: az acrcache bootstrap list")
    names = [name_in(registry_name, text, "cacheRules", "cache rule") for text in name or ()]
    set_name = name_in(registry_name, cred_set, "credentialSets", "credential set") if cred_set else None
    azure = Azure(cmd.cli_ctx)
    survey = Survey(azure, place_of(registry_name, resource_group_name))
    snapshot = survey.for_takedown()
    unfinished = Unfinished.of(cmd.cli_ctx, snapshot.registry.id)
    takedown = choose(snapshot, names, set_name, unfinished.credential_sets)
    snapshot = survey.access_of_sets(snapshot, takedown.credential_sets)
    plan = plan_takedown(takedown, snapshot)
    run = Run(cmd, azure, snapshot.registry, plan, next_lines=[],
              carry_on=same_command("bootstrap delete", {
                  "--registry": registry_name, "--resource-group": resource_group_name, "--name": name,
                  "--cred-set": cred_set}))
    if what_if:
        return run.what_if(exit_code, {})
    if plan.pending:
        confirm(plan.changes, yes)
    unfinished.begin({rule.name: found.name for rule in takedown.rules for found in takedown.credential_sets
                      if rule.credential_set == found.id})
    report = run.apply(snapshot.vaults, {}, wait=True, wait_timeout=wait_timeout)
    if report["outcome"] != "Partial":
        taken = {found.name.lower() for found in takedown.credential_sets}
        unfinished.end(names + [rule for rule, left in unfinished.credential_sets.items() if left.lower() in taken])
    return report


def choose(snapshot, names, credential_set, unfinished):
    """What the names mean. Raises Missing for one that does not exist and was not being deleted either.

    :param unfinished: rule name to credential set, of takedowns that were cut off.
    """
    from azext_acrcache.domain.refusal import Missing
    from azext_acrcache.domain.takedown_plan import Takedown
    registry, rules, sets = snapshot.registry.name, [], []
    for name in dict.fromkeys(names):
        rule, left = snapshot.rule(name), unfinished.get(name.lower())
        if rule is None and left is None:
            raise Missing(f"The registry '{registry}' has no cache rule '{name}'.",
                          f"See those that it has: az acrcache bootstrap list --registry {registry} --output table",
                          *_left_over(snapshot))
        if rule:
            rules.append(rule)
            left = rule.credential_set.name if rule.credential_set else None
        if left and snapshot.credential_set(left):
            sets.append(snapshot.credential_set(left))
    if credential_set:
        found = snapshot.credential_set(credential_set)
        if found is None:
            raise Missing(f"The registry '{registry}' has no credential set '{credential_set}'.",
                          f"See those that it has: az acr credential-set list --registry {registry} --output table")
        sets.append(found)
    return Takedown(tuple({rule.id: rule for rule in rules}.values()),
                    tuple({found.id: found for found in sets}.values()))


def _left_over(snapshot) -> list[str]:
    """Lines that take down what no rule uses. Whoever began to delete the rule may have been somebody else."""
    return [f"No rule uses the credential set '{found.name}'; to take it down with its access: az acrcache bootstrap "
            f"delete --registry {snapshot.registry.name} --cred-set {found.name}"
            for found in snapshot.credential_sets if not snapshot.rules_using(found.id)]
