"""Whatever stands in Azure: a plan is in order, and after it has been carried out nothing is left to do."""
from __future__ import annotations

from hypothesis import given, settings, strategies as st

from azext_acrcache.domain.plan.create import plan_create, plan_vault_access
from azext_acrcache.domain.state.desired import DesiredCredentialSet, DesiredRegistry
from azext_acrcache.domain.state.observed import ABSENT, PRESENT, SOFT_DELETED, UNREADABLE, Secret
from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.secret_ids import SecretId
from azext_acrcache.domain.plan.take_down import TakeDown, plan_take_down

from unit.azure_model import AzureModel, in_order, names_of, writes
from unit.records import (HOST, PAT, PRINCIPAL, PULLER, SUBSCRIPTION, USER, VAULT_ID, assignment, credential_set, policy,
                          rule, secret_scope, secrets, snapshot, vault, wanted_rule, wanted_set)

OLD_USER, OLD_PAT = SecretId(HOST, "old-user"), SecretId(HOST, "old-pat")
STATES = st.sampled_from(["Succeeded", "Succeeded", "Creating", "Failed", "Deleting"])
SCOPES = [secret_scope(USER), secret_scope(PAT), secret_scope(OLD_USER), secret_scope(OLD_PAT), str(VAULT_ID),
          f"/subscriptions/{SUBSCRIPTION}"]
POLICIES = st.sampled_from([[], [policy("list")], [policy("get", "list")], [policy("list", principal="somebody")]])
RULES = {"ubuntu": ("docker.io/library/ubuntu", "ubuntu"), "team-all": ("docker.io/team/*", "team/*"),
         "team-app": ("docker.io/team/app", "team/app"), "other": ("docker.io/library/nginx", "ubuntu"),
         "wide1": ("docker.io/team/*", "team/sub/*")}


@st.composite
def azure(draw, value_given=st.booleans(), has_set=st.booleans(), states=STATES):
    """A state of Azure, and for each of the two secrets whether a value is to be stored."""
    given_values = {secret: draw(value_given) for secret in (USER, PAT)}
    kept = [Secret(OLD_USER, PRESENT, True), Secret(OLD_PAT, PRESENT, True)]
    current = {}
    for secret, is_given in given_values.items():
        state, enabled = draw(st.sampled_from([(PRESENT, True), (PRESENT, True), (PRESENT, True), (PRESENT, False),
                                               (ABSENT, None), (SOFT_DELETED, None)]))
        if is_given and enabled is False:
            state, enabled = UNREADABLE, None
        kept.append(Secret(secret, state, enabled))
        if is_given:
            current[str(secret).lower()] = state == PRESENT and draw(st.booleans())
    sets = ()
    if draw(has_set):
        names = draw(st.sampled_from([(USER, PAT), (OLD_USER, OLD_PAT), (USER, OLD_PAT)]))
        sets = (credential_set(draw(st.sampled_from(["docker-io", "Docker-IO"])), username=names[0], password=names[1],
                               login_server=draw(st.sampled_from(["docker.io", "docker.io", "Docker.io", "ghcr.io"])),
                               principal=draw(st.sampled_from([PRINCIPAL, PRINCIPAL, None])), state=draw(states)),)
    rules = []
    for name in draw(st.lists(st.sampled_from(sorted(RULES)), unique=True, max_size=3)):
        used = draw(st.sampled_from(["docker-io", None])) if sets else None
        one = rule(name, *RULES[name], used, draw(st.sampled_from([None, None, PULLER])), draw(STATES))
        if not any(other.target.collides(one.target) for other in rules):
            rules.append(one)
    rbac = draw(st.booleans())
    granted = draw(st.lists(st.sampled_from(SCOPES), unique=True, max_size=3)) if rbac else []
    found = snapshot(rules=tuple(rules), credential_sets=sets,
                     vaults={HOST: vault(rbac, [] if rbac else draw(POLICIES))},
                     secrets=secrets(*kept), current_values=current,
                     assignments=tuple(assignment(scope, name=f"a{place}") for place, scope in enumerate(granted)))
    return AzureModel(found), given_values


@st.composite
def desired(draw, given_values):
    named = draw(st.booleans())
    # A set named alone comes without values to store.
    if not any(given_values.values()) and draw(st.booleans()):
        wanted = DesiredCredentialSet("docker-io", "docker.io")
    else:
        wanted = wanted_set(user_value="u" if given_values[USER] else None,
                            password_value="p" if given_values[PAT] else None,
                            scope=draw(st.sampled_from(["secret", "vault"])),
                            access=draw(st.sampled_from(["auto"] * 6 + ["rbac", "policy"])))
    # Mostly rules that fit beside one another: the refusals have tests of their own.
    kinds = st.sampled_from(["ubuntu", "team-all", "team-app"] * 4 + ["other", "wide1"])
    names = draw(st.lists(kinds, unique=True, min_size=1, max_size=3))
    rules = tuple(wanted_rule(*RULES[name], name, named=named) for name in names)
    return DesiredRegistry(rules, (wanted,))


@settings(max_examples=250, deadline=None)
@given(azure(), st.data())
def test_a_plan_converges(world, data):
    model, given_values = world
    wanted = data.draw(desired(given_values))
    try:
        plan = plan_create(wanted, model.snapshot)
    except UserError as refusal:
        assert refusal.message.endswith(".") and refusal.recommendations
        return
    assert len({step.key for step in plan.steps}) == len(plan.steps)
    assert bool(writes(plan)) is plan.pending, "what changes is what is written"
    after = model.carry_out(plan)
    again = plan_create(wanted, after)
    assert not again.pending and [step for step in again.steps if step.action] == []
    assert {change.change for change in again.changes} == {"NoChange"}


@settings(max_examples=150, deadline=None)
@given(azure(st.just(False), st.just(True), st.just("Succeeded")), st.sampled_from(["secret", "vault"]))
def test_granting_converges(world, scope):
    model, _ = world
    found, = model.snapshot.credential_sets
    try:
        plan = plan_vault_access(found, model.snapshot, "auto", scope)
    except UserError as refusal:
        assert refusal.recommendations
        return
    after = model.carry_out(plan)
    again = plan_vault_access(after.credential_sets[0], after, "auto", scope)
    assert not again.pending and not [step for step in again.steps if step.action]


@settings(max_examples=150, deadline=None)
@given(azure(has_set=st.sampled_from([True, True, True, False])), st.data())
def test_a_takedown_takes_what_was_named_and_nothing_else(world, data):
    model, _ = world
    before = model.snapshot
    rules = tuple(one for one in before.rules if data.draw(st.booleans()))
    sets = tuple(one for one in before.credential_sets if data.draw(st.booleans()))
    plan = plan_take_down(TakeDown(rules, sets), before)
    after = model.carry_out(plan)
    assert names_of(after.rules) == names_of(before.rules) - names_of(rules)
    staying = {one.credential_set for one in after.rules}
    gone = {one.id for one in sets if one.id not in staying}
    assert {one.id for one in after.credential_sets} == {one.id for one in before.credential_sets} - gone
    if not gone:
        assert after.assignments == before.assignments and after.vaults == before.vaults
    for one in (one for one in sets if one.id in gone and one.principal_id):
        direct = {str(VAULT_ID), *(secret_scope(secret) for secret in one.secrets)}
        assert set(after.assignments) == {other for other in before.assignments if other.scope not in direct}
        assert after.vaults[HOST].policy_of(one.principal_id) is None
    assert after.secrets == before.secrets


@settings(max_examples=100, deadline=None)
@given(azure(), st.data())
def test_needs_never_go_round(world, data):
    model, given_values = world
    try:
        plan = plan_create(data.draw(desired(given_values)), model.snapshot)
    except UserError as refusal:
        assert refusal.message
        return
    assert len(in_order(plan)) == len(plan.steps)
