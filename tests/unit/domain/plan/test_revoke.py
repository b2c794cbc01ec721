from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.domain.access.pull_access import ABAC_ACTIONS, PULL
from azext_acrcache.domain.access.repository_conditions import NAME as ATTRIBUTE
from azext_acrcache.domain.access.repository_conditions import condition_for
from azext_acrcache.domain.access.roles import ACR_PULL, ACR_PUSH, CATALOG_LISTER, REPOSITORY_READER, REPOSITORY_WRITER
from azext_acrcache.domain.consumers.identity import Identity
from azext_acrcache.domain.consumers.settings import WebSettings
from azext_acrcache.domain.plan.actions import ChangeCondition, LeaveAccess, RemoveAssignment, SetPullSettings
from azext_acrcache.domain.plan.revoke import Revocation, giving_access, orphan_steps, plan_revocation
from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.values.errors import Conflict, UserError
from azext_acrcache.domain.values.repositories import RepositoryPattern
from unit.domain.consumer_records import ONE, OWN, TWO, access, consumer, container_app, identity, role, web_app
from unit.records import SUBSCRIPTION
from unit.user_errors import refused

TEAM, BASE = RepositoryPattern("team", True), RepositoryPattern("base")
NAME = f"@Request[{ATTRIBUTE}]"


def on(*repositories: RepositoryPattern) -> str | None:
    return condition_for(repositories, ABAC_ACTIONS[PULL])


def removed(asked: Revocation, snapshot) -> list[str]:
    return [step.action.id for step in plan_revocation(asked, snapshot)[0].steps
            if isinstance(step.action, RemoveAssignment)]


ALL = [role(guid) for guid in (ACR_PULL, ACR_PUSH, REPOSITORY_READER, REPOSITORY_WRITER, CATALOG_LISTER)]


@pytest.mark.parametrize("asked, going", [
    (Revocation(), ALL), (Revocation(push=True), [ALL[1], ALL[3]]), (Revocation(catalog=True), [ALL[4]]),
    (Revocation(push=True, catalog=True), [ALL[1], ALL[3], ALL[4]])])
def test_what_is_asked_for_goes(asked, going):
    assert removed(asked, access(*ALL)) == [one.id for one in going]


def test_assignments_that_others_made_on_the_registry_go_too():
    attached = role(ACR_PULL, ours=False)
    assert removed(Revocation(), access(attached, mode=None)) == [attached.id]


def test_inherited_ones_and_other_principals_stay():
    above = role(REPOSITORY_READER, scope=f"/subscriptions/{SUBSCRIPTION}")
    plan, warnings = plan_revocation(Revocation(), access(above, role(REPOSITORY_READER, principal=ONE)))
    step, = plan.steps
    assert (type(step.action), step.change.change, plan.pending) == (LeaveAccess, "Blocked", False)
    assert "inherited" in step.change.detail
    assert any("keeps access" in warning for warning in warnings)


@pytest.mark.parametrize("asked, there", [
    (Revocation(repositories=(TEAM,)), role(REPOSITORY_READER, condition=on(RepositoryPattern("team/app")),
                                            scope=f"/subscriptions/{SUBSCRIPTION}")),
    (Revocation(repositories=(RepositoryPattern("team-x"),)),
     role(REPOSITORY_READER, condition=f"{NAME} StringStartsWith 'team'", scope=f"/subscriptions/{SUBSCRIPTION}")),
    (Revocation(repositories=(RepositoryPattern("team/app"),)),
     role(REPOSITORY_READER, condition=f"{NAME} StringEqualsIgnoreCase 'Team/App'",
          scope=f"/subscriptions/{SUBSCRIPTION}")),
    (Revocation(push=True), role(REPOSITORY_WRITER, scope=f"/subscriptions/{SUBSCRIPTION}")),
    (Revocation(), role("nobody-may-read-it", ours=False))])
def test_what_stays_of_what_was_asked_to_go_is_no_success(asked, there):
    step, = plan_revocation(asked, access(there))[0].steps
    assert (type(step.action), step.change.change, step.change.id) == (LeaveAccess, "Blocked", there.id)


@pytest.mark.parametrize("asked, there", [
    (Revocation(push=True), role(REPOSITORY_READER)),
    (Revocation(repositories=(TEAM,)), role(REPOSITORY_READER, condition=on(BASE),
                                            scope=f"/subscriptions/{SUBSCRIPTION}"))])
def test_what_was_not_asked_for_is_no_failure(asked, there):
    plan, warnings = plan_revocation(asked, access(there))
    assert [step.change.change for step in plan.steps] == ["NoChange"]
    assert warnings


def test_what_comes_through_a_group_stays_and_is_named():
    through = {OWN: (role(REPOSITORY_READER, principal=ONE),)}
    step, = plan_revocation(Revocation(), access(through_groups=Known(through)))[0].steps
    assert step.change.change == "Blocked" and f"group {ONE}" in step.change.detail


def test_a_repository_below_what_was_asked_goes():
    own = role(REPOSITORY_READER, condition=on(RepositoryPattern("team/app")))
    step, = plan_revocation(Revocation(repositories=(TEAM,)), access(own))[0].steps
    assert step.action == RemoveAssignment(own.id)


def test_a_condition_of_others_keeps_its_operators_and_the_assignment_its_description():
    own = replace(role(REPOSITORY_READER, condition=f"{NAME} StringStartsWith 'team' OR {NAME} StringEquals 'app-a'",
                       ours=False), kept={"description": "of team a"})
    step, = plan_revocation(Revocation(repositories=(RepositoryPattern("app-a"),)), access(own))[0].steps
    assert step.action.condition == f"({NAME} StringStartsWith 'team')"
    assert step.action.kept == {"description": "of team a"}


def test_a_condition_that_is_not_understood_is_said_in_words():
    own = role(REPOSITORY_READER, condition=f"{NAME} StringEquals 'base' AND @Principal[x:y] StringEquals 'z'")
    refused(lambda: plan_revocation(Revocation(repositories=(BASE,)), access(own)), "the repository is 'base'",
            "@Principal[x:y]", kind=Conflict, runs="az role assignment list")


def test_nothing_to_take():
    step, = plan_revocation(Revocation(), access())[0].steps
    assert (step.action, step.change.change) == (None, "NoChange")


@pytest.mark.parametrize("there, taken, left", [
    ((BASE, TEAM), (BASE,), (TEAM,)), ((BASE, TEAM), (TEAM,), (BASE,)),
    ((BASE, TEAM), (BASE, TEAM), None), ((BASE,), (BASE, TEAM), None)])
def test_named_repositories_leave_the_condition(there, taken, left):
    own = role(REPOSITORY_READER, condition=on(*there))
    step, = [one for one in plan_revocation(Revocation(repositories=taken), access(own))[0].steps if one.action]
    if left is None:
        assert step.action == RemoveAssignment(own.id)
    else:
        assert step.action == ChangeCondition(own.id, REPOSITORY_READER, OWN, "ServicePrincipal", on(*left))


def test_others_are_not_named_by_it():
    own = role(REPOSITORY_READER, condition=on(BASE))
    plan, _ = plan_revocation(Revocation(repositories=(TEAM,)), access(own))
    assert not plan.pending


@pytest.mark.parametrize("there, mode", [(on(TEAM), "AbacRepositoryPermissions"), (None, "AbacRepositoryPermissions")])
def test_a_part_can_t_be_taken_out(there, mode):
    own = role(REPOSITORY_READER, condition=there)
    refused(lambda: plan_revocation(Revocation(repositories=(RepositoryPattern("team/app"),)), access(own, mode=mode)),
            "team/app", kind=Conflict, runs="grant pull")


def test_a_legacy_registry_knows_no_repositories():
    refused(lambda: plan_revocation(Revocation(repositories=(BASE,)), access(role(ACR_PULL), mode=None)), "legacy")


def test_of_several_identities_the_one_with_a_role():
    several = consumer(identities=(Identity(OWN), identity("one", ONE), identity("two", TWO)))
    theirs = role(REPOSITORY_READER, principal=ONE)
    assert removed(Revocation(), access(theirs, consumers=(several,))) == [theirs.id]
    refused(lambda: plan_revocation(Revocation(), access(theirs, role(REPOSITORY_READER, principal=TWO),
                                                         consumers=(several,))), "my-vm", kind=UserError)


def test_settings_that_a_grant_made():
    one = identity("one")
    web = web_app(identities=(one,), settings=WebSettings(True, one.client_id))
    capp = container_app({"server": "other.io"}, {"server": "myregistry.azurecr.io", "identity": one.id},
                         identities=(one,))
    made = plan_revocation(Revocation(settings=True), access(consumers=(web, capp)))[0].steps
    actions = [step.action for step in made if step.action]
    assert [type(action) for action in actions] == [SetPullSettings, SetPullSettings]
    web_patch, capp_patch = (action.settings.body(action.change) for action in actions)
    assert web_patch["properties"]["acrUseManagedIdentityCreds"] is False
    assert capp_patch == {"properties": {"configuration": {"registries": [{"server": "other.io"}]}}}


def test_settings_that_serve_another_registry_stay():
    site = web_app(settings=WebSettings(True), images=("other.azurecr.io/web:1",))
    step = plan_revocation(Revocation(settings=True), access(consumers=(site,)))[0].steps[-1]
    assert step.action is None and "other.azurecr.io/web:1" in step.change.detail


def test_settings_of_what_has_none():
    refused(lambda: plan_revocation(Revocation(settings=True), access()), "--app-settings", kind=UserError)


def test_settings_of_others_stay():
    password = container_app({"server": "myregistry.azurecr.io", "username": "u", "passwordSecretRef": "s"})
    plan, _ = plan_revocation(Revocation(settings=True), access(consumers=(password, web_app())))
    assert not plan.pending


def test_orphans_on_the_registry_itself():
    gone, above = role(ACR_PULL, ONE), role(ACR_PULL, ONE, scope=f"/subscriptions/{SUBSCRIPTION}")
    snapshot = access(gone, above, role(CATALOG_LISTER), role("other"), mode=None)
    direct = giving_access(snapshot)
    assert direct == [gone, role(CATALOG_LISTER)]
    assert [step.action for step in orphan_steps(snapshot, direct[:1])] == [RemoveAssignment(gone.id)]


def test_assignments_that_can_t_be_listed():
    refused(lambda: plan_revocation(Revocation(), replace(access(), assignments=Unknown("No right."))),
            "'myregistry'", "No right.", kind=Conflict)


NAME = "@Request[Microsoft.ContainerRegistry/registries/repositories:name]"
BASE_IS = f"{NAME} StringEqualsIgnoreCase 'base'"


@pytest.mark.parametrize("other", [f"{NAME} StringStartsWith 'team'", f"{NAME} StringLike 'team/*/app'"])
def test_names_that_a_grant_can_t_write_are_not_narrowed_to_what_they_don_t_mean(other):
    """Written again as a name, `team*` would match nothing at all."""
    theirs = role(REPOSITORY_READER, condition=f"{BASE_IS} OR {other}")
    step, = [step for step in plan_revocation(Revocation(repositories=(BASE,)), access(theirs))[0].steps if step.action]
    assert step.action.condition == f"({other})"


def test_a_repository_below_a_prefix_without_a_slash_can_t_be_taken_out():
    theirs = role(REPOSITORY_READER, condition=f"{NAME} StringStartsWith 'team'")
    refused(lambda: plan_revocation(Revocation(repositories=(RepositoryPattern("team-x"),)), access(theirs)),
            "team*", "team-x can't be taken out", kind=Conflict, runs="grant pull")


def test_all_below_a_path_includes_single_repositories_there():
    own = role(REPOSITORY_READER, condition=on(BASE, RepositoryPattern("team/app"), RepositoryPattern("team/x", True)))
    step, = [step for step in plan_revocation(Revocation(repositories=(TEAM,)), access(own))[0].steps if step.action]
    assert step.action.condition == on(BASE)


def test_a_condition_that_says_more_than_names_is_not_narrowed():
    theirs = role(REPOSITORY_READER, condition=f"{BASE_IS} AND @Environment[UtcNow] DateTimeLessThan '2030-01-01'")
    refused(lambda: plan_revocation(Revocation(repositories=(BASE,)), access(theirs)), "my-vm", "can't be taken out",
            kind=Conflict, runs="az role assignment list")


def test_an_identity_that_others_share_is_warned_of():
    shared = web_app(identities=(identity("shared", ONE),))
    _, warnings = plan_revocation(Revocation(), access(role(REPOSITORY_READER, ONE), consumers=(shared,)))
    assert warnings == ["my-app: all that use its identity 'shared' lose this access with it."]


@pytest.mark.parametrize("asked, assignment, why", [
    (Revocation(push=True), role(REPOSITORY_READER), "stays, since it was not asked for"),
    (Revocation(), role(REPOSITORY_READER, scope=f"/subscriptions/{SUBSCRIPTION}"),
     "stays, since it is not on this registry itself"),
    (Revocation(), replace(role(REPOSITORY_READER), role="owner"), "stays, since it gives more than pull and push")])
def test_why_an_assignment_stays(asked, assignment, why):
    snapshot = access(assignment)
    owner = replace(snapshot.definitions[REPOSITORY_READER], guid="owner", name="Data Owner")
    snapshot = replace(snapshot, definitions={**snapshot.definitions, "owner": owner})
    plan, warnings = plan_revocation(asked, snapshot)
    assert not plan.pending and any(step.change.detail.endswith(why) for step in plan.steps)
    assert warnings and warnings[0].startswith("my-vm keeps access: role '")


@pytest.mark.parametrize("named", [(BASE, RepositoryPattern("team/app")), (RepositoryPattern("team/app"), BASE)])
def test_no_repository_that_was_named_stays_without_a_word(named):
    own = role(REPOSITORY_READER, condition=on(BASE, TEAM))
    refused(lambda: plan_revocation(Revocation(repositories=named), access(own)), "team/app is a part of team/*",
            kind=Conflict, runs="grant pull")


@pytest.mark.parametrize("repository, changes", [("a", True), ("b", None)])
def test_all_but_one_is_no_list_of_names(repository, changes):
    theirs = role(REPOSITORY_READER, condition=f"{NAME} StringNotEquals 'a'")
    asked = Revocation(repositories=(RepositoryPattern(repository),))
    if changes:
        step, *_ = plan_revocation(asked, access(theirs))[0].steps
        assert step.change.change == "NoChange", "it never let 'a' through"
    else:
        refused(lambda: plan_revocation(asked, access(theirs)), "can't be taken out", kind=Conflict,
                runs="az role assignment list")


def test_every_step_is_of_its_registry():
    above = role(REPOSITORY_READER, scope=f"/subscriptions/{SUBSCRIPTION}")
    snapshot = access(above, role(ACR_PULL), consumers=(consumer(), web_app(identities=(Identity(TWO),))))
    here = plan_revocation(Revocation(settings=True), snapshot)[0].steps
    assert len(here) >= 3 and {step.registries for step in here} == {(snapshot.registry.id,)}
    assert {step.key.owner for step in here if step.key.kind == "pullAccess"} == {snapshot.registry.id.canonical}
    orphan, = orphan_steps(snapshot, [role(ACR_PULL, ONE)])
    assert (orphan.registries, orphan.key.owner) == ((snapshot.registry.id,), snapshot.registry.id.canonical)
