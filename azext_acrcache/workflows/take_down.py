"""Taking chains down: rules, then what only they needed; carried on where an earlier run was cut off."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping, Sequence

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.cli.command_line import line_context, same_command
from azext_acrcache.cli.confirmation import confirm
from azext_acrcache.domain.guidance.az_lines import Advice, AzLine, LineContext, chains_of
from azext_acrcache.domain.plan.changes import PARTIAL
from azext_acrcache.domain.plan.take_down import TakeDown, plan_take_down
from azext_acrcache.domain.state.observed import CredentialSet, Rule
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import Conflict, MissingArgument, NotFound
from azext_acrcache.domain.values.registry_ref import child_name, registry_ref
from azext_acrcache.domain.values.upstreams import REQUIRED, canonical_login_server, find_upstream
from azext_acrcache.observe.take_down import observe_rules_and_sets, with_access_of_sets
from azext_acrcache.workflows.plan_run import PlanRun
from azext_acrcache.workflows.take_down_journal import TakeDownJournal


@dataclass(frozen=True)
class TakeDownRequest:
    """The arguments as given: names or IDs."""

    registry: str
    group: str | None
    rules: tuple[str, ...]
    credential_set: str | None


def take_down(cmd, request: TakeDownRequest, *, yes: bool, what_if: bool, exit_code: bool, wait_timeout: float) -> dict:
    """The contract's report. Raises UserError; asks for confirmation before it deletes, unless `yes`.

    :param exit_code: whether pending changes set the exit code of `what_if`. :param wait_timeout: seconds.
    """
    if not request.rules and request.credential_set is None:
        raise MissingArgument("Neither a cache rule nor a credential set was named.",
                              "Name rules with --name.",
                              Advice("See them with", chains_of(request.registry)))
    names = [child_name(request.registry, text, "cacheRules", "cache rule") for text in request.rules]
    set_name = child_name(request.registry, request.credential_set, "credentialSets", "credential set") \
        if request.credential_set is not None else None
    azure = Azure(cmd.cli_ctx)
    azure.session.patience(wait_timeout)
    snapshot = observe_rules_and_sets(azure, registry_ref(request.registry, request.group))
    context = line_context(cmd)
    journal = TakeDownJournal.of(cmd.cli_ctx, snapshot.registry.id, context)
    chosen = choose(snapshot, names, set_name, journal.credential_sets)
    snapshot = with_access_of_sets(azure, snapshot, chosen.credential_sets)
    plan = plan_take_down(chosen, snapshot)
    run = PlanRun(cmd, azure, [snapshot.registry], plan, context=context, carry_on=_same_command(request, yes, context))
    if what_if:
        report, = run.what_if(exit_code)
        return report
    if plan.pending:
        confirm(plan.changes, yes)
    taken = {*(credential_set.id for credential_set in chosen.credential_sets), *chosen.unseen_sets}
    journal.begin({rule.name: rule.credential_set.name for rule in chosen.rules if rule.credential_set in taken})
    report, = run.apply(snapshot.vaults, wait_timeout=wait_timeout)
    if report["outcome"] != PARTIAL:
        names_taken = {credential_set.name.lower() for credential_set in chosen.credential_sets}
        journal.end(names + [rule for rule, left in journal.credential_sets.items() if left.lower() in names_taken])
    return report


def choose(snapshot: RegistrySnapshot, names: Sequence[str], credential_set: str | None, unfinished: Mapping[str, str]
           ) -> TakeDown:
    """What the names mean.

    Raises NotFound for one that does not exist and was not being deleted either, Conflict for a set that stays in use.

    :param unfinished: rule name to credential set, of take-downs that were cut off.
    """
    registry, rules, sets = snapshot.registry.name, [], []
    unseen_rules: list[ArmId] = []
    unseen_sets: list[ArmId] = []
    for name in dict.fromkeys(names):
        rule, left = snapshot.rule(name), unfinished.get(name.lower())
        if snapshot.unseen_rules:
            unseen_rules.append(snapshot.registry.id.child("cacheRules", name))
            continue
        if rule is None and left is None:
            raise NotFound(f"The registry '{registry}' has no cache rule '{name}'.",
                           Advice("See those that it has", chains_of(snapshot.registry.id)),
                           *_left_over(snapshot))
        if rule:
            rules.append(rule)
            left = rule.credential_set.name if rule.credential_set else None
        if left and snapshot.unseen_sets:
            unseen_sets.append(snapshot.registry.id.child("credentialSets", left))
        elif left and (used := snapshot.credential_set(left)):
            sets.append(used)
    if credential_set and snapshot.unseen_sets:
        unseen_sets.append(snapshot.registry.id.child("credentialSets", credential_set))
    elif credential_set:
        existing = snapshot.credential_set(credential_set)
        if existing is None:
            raise NotFound(f"The registry '{registry}' has no credential set '{credential_set}'.",
                           Advice("See those that it has", AzLine.of("acr", "credential-set", "list")
                                  .registry(snapshot.registry.id).option("--output", "table")))
        _check_unused(existing, rules, snapshot)
        sets.append(existing)
    return TakeDown(tuple({rule.id: rule for rule in rules}.values()),
                    tuple({chosen.id: chosen for chosen in sets}.values()),
                    tuple(dict.fromkeys(unseen_rules)), tuple(dict.fromkeys(unseen_sets)))


def _check_unused(credential_set: CredentialSet, deleted: Sequence[Rule], snapshot: RegistrySnapshot) -> None:
    """Raises Conflict for a set that was named itself and that rules use which are to stay."""
    users = [rule.name for rule in snapshot.rules_using(credential_set.id)]
    staying = [name for name in users if name not in {rule.name for rule in deleted}]
    if staying:
        line = AzLine.of("acrcache", "bootstrap", "delete").registry(snapshot.registry.id)
        raise Conflict(f"The credential set '{credential_set.name}' is used by cache rules that are not to be deleted: "
                       f"{', '.join(staying)}. Nothing was changed.",
                       Advice("Delete them with it",
                              line.option("--name", *users).option("--cred-set", credential_set.name)),
                       *_without(credential_set, staying, snapshot))


def _without(credential_set: CredentialSet, staying: Sequence[str], snapshot: RegistrySnapshot) -> list[Advice]:
    """The line that lets the first rule do without the set; none where the registry has no other set for it."""
    host = canonical_login_server(credential_set.login_server)
    others = sorted(other.name for other in snapshot.credential_sets if other.id != credential_set.id
                    and canonical_login_server(other.login_server) == host)
    line = AzLine.of("acr", "cache", "update").registry(snapshot.registry.id).option("--name", staying[0])
    if others:
        return [Advice("Or give each another one first", line.option("--cred-set", others[0]))]
    upstream = find_upstream(host)
    if upstream and upstream.credentials != REQUIRED:
        return [Advice(f"Or let each do without, as '{host}' allows", line.flag("--remove-cred-set"))]
    return []


def _left_over(snapshot: RegistrySnapshot) -> list[str]:
    """Lines that take down what no rule uses. Whoever began to delete the rule may have been somebody else."""
    line = AzLine.of("acrcache", "bootstrap", "delete").registry(snapshot.registry.id)
    return [Advice(f"No rule uses the credential set '{credential_set.name}'; to take it down with its access",
                   line.option("--cred-set", credential_set.name))
            for credential_set in snapshot.credential_sets if not snapshot.rules_using(credential_set.id)]


def _same_command(request: TakeDownRequest, yes: bool, context: LineContext) -> str:
    return same_command("bootstrap delete", {
        "--registry": request.registry, "--resource-group": request.group, "--name": request.rules,
        "--cred-set": request.credential_set, "--yes": yes}, context=context)
