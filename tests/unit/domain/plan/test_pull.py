from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from azext_acrcache.domain.access.pull_access import ABAC_ACTIONS, PULL, PUSH
from azext_acrcache.domain.access.repository_conditions import condition_for
from azext_acrcache.domain.access.roles import ACR_PULL, ACR_PUSH, CATALOG_LISTER, REPOSITORY_READER, REPOSITORY_WRITER
from azext_acrcache.domain.consumers.identity import Identity
from azext_acrcache.domain.consumers.settings import WebSettings
from azext_acrcache.domain.plan.actions import (AssignRole, AttachIdentity, ChangeCondition, ClientOf, CreateIdentity,
                                                PrincipalOf, SetPullSettings)
from azext_acrcache.domain.plan.pull import plan_pull, plan_pulls
from azext_acrcache.domain.plan.pull_grant import PullGrant
from azext_acrcache.domain.state.known import Unknown
from azext_acrcache.domain.values.errors import Conflict, SeveralErrors, UserError
from azext_acrcache.domain.values.repositories import RepositoryPattern
from unit.domain.consumer_records import ABAC, ONE, OWN, TWO, access, consumer, container_app, identity, role, web_app
from unit.records import SUBSCRIPTION
from unit.user_errors import refused

TEAM, BASE = RepositoryPattern("team", True), RepositoryPattern("base")


def named(*repositories: RepositoryPattern, access_word: str = PULL) -> str:
    return condition_for(repositories, ABAC_ACTIONS[access_word])


def grant(**more) -> PullGrant:
    return PullGrant(**{"mode": "abac", **more})


def steps(asked: PullGrant, snapshot) -> list:
    return list(plan_pull(asked, snapshot)[0].steps)


def words(asked: PullGrant, snapshot) -> list[str]:
    return [step.change.change for step in steps(asked, snapshot)]


@pytest.mark.parametrize("mode, push, wanted", [("legacy", False, ACR_PULL), ("legacy", True, ACR_PUSH),
                                                ("abac", False, REPOSITORY_READER), ("abac", True, REPOSITORY_WRITER)])
def test_the_role_is_the_mode_s(mode, push, wanted):
    step, = steps(PullGrant(mode, push), access(mode=ABAC if mode == "abac" else None))
    assert (step.action.role, step.action.principal, step.action.condition) == (wanted, OWN, None)


def test_named_repositories_become_a_condition():
    step, = steps(grant(repositories=(TEAM, BASE)), access())
    assert step.action == AssignRole(access().scope, REPOSITORY_READER, OWN, "ServicePrincipal", named(TEAM, BASE))


def test_all_repositories_need_none():
    step, = steps(grant(repositories=(BASE, RepositoryPattern("", True))), access())
    assert step.action.condition is None


@pytest.mark.parametrize("there, asked", [
    (role(REPOSITORY_READER), grant()), (role(REPOSITORY_WRITER), grant()), (role(REPOSITORY_WRITER), grant(push=True)),
    (role(REPOSITORY_READER, condition=named(TEAM, BASE)), grant(repositories=(BASE, TEAM))),
    (role(REPOSITORY_READER, condition=named(TEAM), ours=False), grant(repositories=(RepositoryPattern("team/app"),))),
    (role(REPOSITORY_READER, scope=f"/subscriptions/{SUBSCRIPTION}"), grant(repositories=(BASE,)))])
def test_an_equal_or_wider_role_is_left_alone(there, asked):
    step, = steps(asked, access(there))
    assert (step.action, step.change.change, step.change.id) == (None, "NoChange", there.id)


@pytest.mark.parametrize("there, asked", [
    (role(ACR_PULL), grant()), (role(REPOSITORY_READER, principal=ONE), grant()),
    (role(REPOSITORY_READER), grant(push=True)),
    (role(REPOSITORY_WRITER, condition=named(TEAM, access_word=PUSH)), grant(repositories=(BASE,))),
    (role(REPOSITORY_READER, condition=named(BASE), scope=f"/subscriptions/{SUBSCRIPTION}"), grant())])
def test_a_role_that_does_not_do_is_none(there, asked):
    assert words(asked, access(there)) == ["Create"]


def test_two_roles_together_may_do():
    step, = steps(grant(repositories=(BASE, TEAM)), access(
        role(REPOSITORY_READER, condition=named(BASE), ours=False, scope=f"/subscriptions/{SUBSCRIPTION}"),
        role(REPOSITORY_WRITER, condition=named(TEAM, access_word=PUSH))))
    assert step.change.change == "NoChange"


@pytest.mark.parametrize("before, after", [((BASE,), (BASE, TEAM)), ((BASE, TEAM), (BASE,)), ((BASE,), ()),
                                           ((), (BASE,))])
def test_our_own_condition_is_changed_in_place(before, after):
    own = role(REPOSITORY_READER, condition=named(*before) if before else None)
    plan, warnings = plan_pull(grant(repositories=after), access(own))
    step, = plan.steps
    assert step.action == ChangeCondition(own.id, REPOSITORY_READER, OWN, "ServicePrincipal",
                                          named(*after) if after else None)
    assert step.change.change == "Modify"
    loses = after and (not before or set(before) - set(after))
    assert bool(loses) is any("loses" in warning for warning in warnings)


def test_a_condition_that_somebody_changed_is_not_replaced():
    own = role(REPOSITORY_READER, condition=f"{named(TEAM)} AND @Principal[x:y] StringEquals 'z'")
    refused(lambda: plan_pull(grant(repositories=(BASE,)), access(own)), "@Principal[x:y]", "my-vm", kind=Conflict,
            runs=own.id)


def test_a_changed_condition_leaves_the_other_properties():
    own = replace(role(REPOSITORY_READER, condition=named(BASE)), kept={"description": "of team a"})
    step, = steps(grant(repositories=(TEAM,)), access(own))
    assert step.action.kept == {"description": "of team a"}


def test_a_narrower_assignment_of_others_is_not_touched():
    theirs = role(REPOSITORY_READER, condition=named(BASE), ours=False)
    refused(lambda: plan_pull(grant(repositories=(TEAM,)), access(theirs)), "my-vm", "base", kind=Conflict,
            runs=theirs.id)


def test_a_wider_role_is_warned_of():
    _, warnings = plan_pull(grant(repositories=(BASE,)), access(role(REPOSITORY_WRITER)))
    assert any("narrows nothing" in warning for warning in warnings)


def test_the_catalog_has_a_role_of_its_own_in_abac_mode():
    made = steps(grant(catalog=True, repositories=(BASE,)), access())
    assert [(step.action.role, bool(step.action.condition)) for step in made] == [(REPOSITORY_READER, True),
                                                                                  (CATALOG_LISTER, False)]
    step, = steps(PullGrant("legacy", catalog=True), access(mode=None))
    assert step.action.role == ACR_PULL and "lists" in step.change.detail


def test_repositories_need_abac_mode():
    refused(lambda: plan_pull(PullGrant("legacy", repositories=(BASE,)), access(mode=None)), "legacy",
            runs="--if-mode abac")


def test_nothing_is_assumed_of_a_registry_that_cannot_be_read():
    unread = access()
    unread = replace(unread, registry=replace(unread.registry, assumed=True))
    refused(lambda: plan_pull(grant(), unread), "mode", kind=Conflict)


@pytest.mark.parametrize("change, word", [({"state": "deleting"}, "deleted"), ({"tenant_id": "other"}, "tenant")])
def test_consumers_that_no_role_helps(change, word):
    refused(lambda: plan_pull(grant(), access(consumers=(consumer(**change),))), word, "my-vm", kind=Conflict)


def test_one_identity_of_several_consumers_gets_its_role_once():
    shared = identity("shared")
    both = (consumer(identities=(shared,)), web_app(identities=(shared,)))
    made = steps(grant(), access(consumers=both))
    assert [type(step.action) for step in made] == [AssignRole, SetPullSettings]
    assert made[0].change.name == "my-vm, my-app"


def _patch(step):
    return step.action.settings.body(step.action.change)


def test_settings_of_apps():
    one = identity("one")
    web, capp = steps(PullGrant("abac"), access(role(REPOSITORY_READER, ONE), consumers=(
        web_app(identities=(one,)),
        container_app({"server": "other.io", "username": "u", "passwordSecretRef": "s"}, identities=(one,)))))[1:]
    assert isinstance(web.action, SetPullSettings) and web.action.kind == "webapp"
    assert _patch(web) == {"properties": {"acrUseManagedIdentityCreds": True,
                                          "acrUserManagedIdentityID": one.client_id}}
    assert _patch(capp) == {"properties": {"configuration": {"registries": [
        {"server": "other.io", "username": "u", "passwordSecretRef": "s"},
        {"server": "myregistry.azurecr.io", "identity": one.id}]}}}


def test_settings_that_are_right_stay():
    one = identity("one")
    right = (web_app(identities=(one,), settings=WebSettings(True, "CLIENT-OF-ONE")),
             container_app({"server": "MyRegistry.azurecr.io", "identity": one.id.upper()}, identities=(one,)))
    assert set(words(grant(), access(role(REPOSITORY_READER, ONE), consumers=right))) == {"NoChange"}


def test_settings_come_after_the_role_and_do_not_hang_on_it():
    app = steps(grant(), access(consumers=(web_app(),)))
    assert (app[1].after, app[1].needs) == ((app[0].key,), ())


def test_a_system_assigned_identity_on_the_way():
    attach, assign = steps(grant(assign="system"), access(consumers=(consumer(identities=()),)))
    assert isinstance(attach.action, AttachIdentity) and attach.change.step == "identity"
    assert assign.action.principal == PrincipalOf(attach.key) and assign.needs == (attach.key,)


def test_a_new_user_assigned_identity_is_made_once_for_all():
    new = identity("new", TWO).id
    both = (consumer(identities=()), web_app(identities=()))
    made = steps(grant(assign=new), access(consumers=both))
    assert [type(step.action) for step in made] == [CreateIdentity, AttachIdentity, AttachIdentity, AssignRole,
                                                    SetPullSettings]
    assert made[3].action.principal == PrincipalOf(made[0].key)
    assert made[4].action.client == ClientOf(made[0].key) and made[2].key in made[4].needs


def test_one_that_exists_is_only_given():
    there = identity("there", TWO)
    made = steps(grant(assign=there.id), access(consumers=(consumer(identities=(Identity(OWN),)),), assigned=(there,)))
    assert [type(step.action) for step in made] == [AttachIdentity, AssignRole]
    assert made[1].action.principal == TWO and made[1].needs == ()


def test_one_that_it_has_is_not_given_again():
    assert words(grant(assign="system"), access(role(REPOSITORY_READER))) == ["NoChange", "NoChange"]


@pytest.mark.parametrize("asked, consumers", [
    (grant(assign="system", identity="one"), None),
    (grant(assign="system"), (consumer("aks", identities=(identity("k"),)),))])
def test_identities_that_can_t_be_given(asked, consumers):
    refused(lambda: plan_pull(asked, access(consumers=consumers)), kind=UserError)


def test_where_assignments_may_not_be_listed_all_are_written():
    assert words(grant(), replace(access(), assignments=Unknown("no right"))) == ["Create"]


@pytest.mark.parametrize("snapshot, word", [
    (access(consumers=(consumer(state="stopped"),)), "stopped"),
    (access(consumers=(consumer(identities=(Identity(OWN, type="Group"),)),)), "group"),
    (access(consumers=(consumer(notes=("something else",)),)), "something else")])
def test_warnings(snapshot, word):
    assert any(word in warning for warning in plan_pull(grant(), snapshot)[1])


def test_apps_of_a_registry_that_refuses_arm_tokens():
    snapshot = access(consumers=(web_app(),))
    policies = {"azureADAuthenticationAsArmPolicy": {"status": "disabled"}}
    closed = replace(snapshot.registry, properties={"policies": policies})
    _, warnings = plan_pull(grant(), replace(snapshot, registry=closed))
    assert any("authentication-as-arm update" in warning for warning in warnings)


HERE, ELSEWHERE = "MyRegistry.azurecr.io/team/web:1", "other.azurecr.io/team/web:1"


@pytest.mark.parametrize("images, kept", [
    ((), ()), ((HERE,), ()), ((ELSEWHERE,), (ELSEWHERE,)), ((HERE, "nginx"), ("nginx",)),
    (("myregistry.azurecr.io.evil.example/web",), ("myregistry.azurecr.io.evil.example/web",))])
def test_a_site_is_told_only_where_all_that_it_pulls_is_here(images, kept):
    plan, warnings = plan_pull(grant(), access(role(REPOSITORY_READER), consumers=(web_app(images=images),)))
    settings = plan.steps[-1]
    assert (settings.action is None) is bool(kept)
    assert all(any(image in warning for warning in warnings) and image in settings.change.detail for image in kept)
    assert bool(warnings) is bool(kept)


def test_a_site_that_pulls_so_already_needs_no_warning():
    site = web_app(images=(ELSEWHERE,), settings=WebSettings(True))
    assert plan_pull(grant(), access(role(REPOSITORY_READER), consumers=(site,)))[1] == []


def test_a_container_app_has_an_entry_for_each_registry():
    app = container_app(images=(ELSEWHERE,))
    plan, warnings = plan_pull(grant(), access(role(REPOSITORY_READER), consumers=(app,)))
    assert isinstance(plan.steps[-1].action, SetPullSettings) and not warnings


def test_every_step_stands_in_the_report_of_its_registry():
    plan, _ = plan_pull(grant(assign="system", catalog=True), access(consumers=(web_app(identities=()),)))
    assert len(plan.steps) == 4 and {step.registries for step in plan.steps} == {(access().registry.id,)}


def test_grants_of_one_role_to_one_identity_are_one_assignment():
    machine = consumer()
    snapshot = access(consumers=(machine,))
    plan, warnings = plan_pulls([(grant(repositories=(TEAM,)), [machine]), (grant(repositories=(BASE,)), [machine])],
                                snapshot)
    step, = plan.steps
    assert step.action.condition == named(TEAM, BASE) and not warnings and step.change.name == "my-vm"


def test_all_of_the_registry_wins_over_some_of_it_and_is_warned_of():
    machine = consumer()
    plan, warnings = plan_pulls([(grant(repositories=(TEAM,)), [machine]), (grant(), [machine])],
                                access(consumers=(machine,)))
    step, = plan.steps
    assert step.action.condition is None
    assert any("my-vm" in warning and "team/*" in warning for warning in warnings)


def test_pull_and_push_both_stand():
    machine = consumer()
    pull, push = grant(repositories=(BASE,)), grant(push=True, repositories=(TEAM,))
    plan, _ = plan_pulls([(pull, [machine]), (push, [machine])], access(consumers=(machine,)))
    assert [(step.action.role, step.action.condition) for step in plan.steps] == [
        (REPOSITORY_READER, named(BASE)), (REPOSITORY_WRITER, named(TEAM, access_word=PUSH))]


def test_each_consumer_has_its_own_grant():
    machine, app = consumer(), web_app(identities=())
    new = identity("new", TWO).id
    plan, _ = plan_pulls([(grant(repositories=(BASE,)), [machine]), (grant(push=True, assign=new), [app])],
                         access(consumers=(machine, app)))
    assert [type(step.action) for step in plan.steps] == [CreateIdentity, AttachIdentity, AssignRole, AssignRole,
                                                          SetPullSettings]
    assert plan.steps[4].after == (plan.steps[3].key,), "it waits for its own role only"


def test_grants_to_two_consumers_of_one_identity_add_up():
    shared = identity("shared")
    machine, app = consumer(identities=(shared,)), web_app(identities=(shared,))
    plan, _ = plan_pulls([(grant(repositories=(BASE,)), [machine]), (grant(repositories=(TEAM,)), [app])],
                         access(consumers=(machine, app)))
    assert plan.steps[0].action.condition == named(BASE, TEAM) and plan.steps[0].change.name == "my-vm, my-app"


def test_one_consumer_is_not_given_two_identities():
    machine = consumer(identities=())
    refused(lambda: plan_pulls([(grant(assign="system"), [machine]), (grant(assign=identity("new").id), [machine])],
                               access(consumers=(machine,))), "my-vm", "new", kind=UserError)


def test_all_refusals_are_told_at_once():
    going, bare = consumer(name="going", state="deleting"), consumer(name="bare", identities=())
    theirs = role(REPOSITORY_READER, condition=named(BASE), ours=False)
    with pytest.raises(SeveralErrors) as refusals:
        plan_pull(grant(repositories=(TEAM,)), access(theirs, consumers=(going, bare, consumer())))
    assert len(refusals.value.errors) == 3
    assert all(name in error.message for name, error in zip(("going", "bare", "my-vm"), refusals.value.errors))


def test_what_is_wrong_with_the_registry_is_told_once():
    machine, other = consumer(), consumer(name="other", identities=(Identity(TWO),))
    legacy = PullGrant("legacy", repositories=(BASE,))
    refused(lambda: plan_pulls([(legacy, [machine]), (legacy, [other])], access(mode=None, consumers=(machine, other))),
            "legacy", runs="--if-mode abac")


def test_planning_takes_time_in_proportion_to_the_consumers():
    def calls(count: int) -> int:
        guids = [f"5555{number:04}-4444-4444-4444-444444444444" for number in range(count)]
        apps = tuple(replace(web_app(identities=(Identity(guid),)), name=f"app-{guid}", id=f"{web_app().id}-{guid}")
                     for guid in guids)
        snapshot = access(*(role(REPOSITORY_READER, guid) for guid in guids[::2]), consumers=apps)
        counted = []
        sys.setprofile(lambda frame, event, argument: counted.append(event) if event.endswith("call") else None)
        try:
            plan_pull(grant(), snapshot)
        finally:
            sys.setprofile(None)
        return len(counted)

    calls(20)  # fills the caches
    assert calls(160) < 2.2 * calls(80)
