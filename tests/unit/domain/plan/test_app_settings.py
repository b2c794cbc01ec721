from __future__ import annotations

import pytest

from azext_acrcache.domain.consumers.identity import SYSTEM, Identity
from azext_acrcache.domain.consumers.settings import FixedSettings, WebSettings
from azext_acrcache.domain.plan.actions import ClientOf, SetPullSettings
from azext_acrcache.domain.plan.app_settings import removal_step, settings_step
from azext_acrcache.domain.plan.keys import APP_SETTINGS, ResourceKey
from azext_acrcache.domain.values.errors import Conflict
from unit.domain.consumer_records import ONE, OWN, TWO, consumer, container_app, identity, web_app
from unit.user_errors import refused

HOST = "myregistry.azurecr.io"
PULLER, SELF = identity("puller", ONE), Identity(OWN)
GROUP = consumer("container-instance", settings=FixedSettings())
ROLE = ResourceKey.of("/registry", "test", "role")


def told(app, puller: Identity | None = PULLER, named: str | None = None, client: ClientOf | None = None, needs=()):
    return settings_step(app, HOST, named or (puller.name if puller else SYSTEM), puller, client, needs, (ROLE,))


@pytest.mark.parametrize("untold", [consumer(), consumer("aks"), GROUP])
def test_what_can_t_be_told_has_no_step(untold):
    assert told(untold) is None and removal_step(untold, HOST, PULLER) is None


@pytest.mark.parametrize("app, part", [(web_app(identities=(PULLER,)), ""),
                                       (container_app(identities=(PULLER,)), HOST)])
def test_an_app_is_told_after_the_role_is_given(app, part):
    step = told(app)
    assert (step.key, step.after, step.needs) == (ResourceKey.of(app.id, APP_SETTINGS, part), (ROLE,), ())
    assert (step.change.change, step.change.name, step.change.id) == ("Modify", app.name, app.id)
    assert isinstance(step.action, SetPullSettings)
    assert (str(step.action.consumer), step.action.kind, step.action.settings) == (app.id, app.kind.flag, app.settings)
    assert (step.action.change.login_server, step.action.change.identity, step.action.change.client_id) == (
        HOST, PULLER.id, PULLER.client_id)
    assert step.subject == f"settings of the {app.subject}"


@pytest.mark.parametrize("app, puller", [
    (web_app(settings=WebSettings(True)), SELF), (web_app(settings=WebSettings(True, PULLER.client_id)), PULLER),
    (container_app({"server": HOST, "identity": SYSTEM}), SELF),
    (container_app({"server": HOST, "identity": PULLER.id}), PULLER)])
def test_an_app_that_is_told_already_stays(app, puller):
    step = told(app, puller)
    assert step.action is None and (step.change.change, step.change.id) == ("NoChange", app.id)


@pytest.mark.parametrize("app", [web_app(settings=WebSettings(True)),
                                 container_app({"server": HOST, "identity": SYSTEM})])
def test_a_new_identity_is_named_once_it_is_made(app):
    made = ResourceKey.of(PULLER.id, "identity")
    step = told(app, None, PULLER.id, ClientOf(made), (made,))
    assert step.action.client == ClientOf(made) and step.needs == (made,)
    assert step.action.change.identity == PULLER.id and step.action.change.client_id is None


def test_a_site_never_names_its_own_identity_for_one_whose_client_id_is_not_shown():
    unfinished = Identity(ONE, PULLER.id)
    refused(lambda: told(web_app(identities=(unfinished,)), unfinished), "my-app", "'puller'", kind=Conflict,
            runs=f"az identity show --ids {PULLER.id}")
    assert told(container_app(identities=(unfinished,)), unfinished).action.change.identity == PULLER.id


@pytest.mark.parametrize("app, detail, part", [
    (web_app(settings=WebSettings(True, PULLER.client_id)), "acrUseManagedIdentityCreds", ""),
    (container_app({"server": HOST, "identity": PULLER.id}), f"the entry for {HOST}", HOST)])
def test_what_a_grant_set_is_taken_back(app, detail, part):
    step = removal_step(app, HOST, PULLER)
    assert (step.change.change, step.change.detail, step.change.id) == ("Delete", detail, app.id)
    assert step.action.change.identity is None and step.key == ResourceKey.of(app.id, APP_SETTINGS, part)


@pytest.mark.parametrize("app", [
    web_app(), web_app(settings=WebSettings(True)),
    web_app(settings=WebSettings(True, identity("other", TWO).client_id)),
    container_app(), container_app({"server": HOST, "username": "u"}),
    container_app({"server": "other.io", "identity": PULLER.id})])
def test_what_was_set_otherwise_stays(app):
    step = removal_step(app, HOST, PULLER)
    assert step.action is None
    assert (step.change.change, step.change.detail) == ("NoChange", "its settings do not name this identity")
