from __future__ import annotations

import ast

import pytest

from azext_acrcache.domain.consumers.identity import SYSTEM, Identity
from azext_acrcache.domain.consumers.settings import FixedSettings, RegistriesSettings, SettingsChange, WebSettings
from unit.domain.consumer_records import ONE, OWN, TWO, identity

HOST = "myregistry.azurecr.io"
PULLER, OTHER = identity("puller", ONE), identity("other", TWO)
SELF = Identity(OWN)
TO_SELF, BACK = SettingsChange(HOST, SYSTEM), SettingsChange(HOST, None)
TO_PULLER = SettingsChange(HOST, PULLER.id, PULLER.client_id)
THEIRS = {"server": "other.io", "username": "u", "passwordSecretRef": "s"}


@pytest.mark.parametrize("properties, named, pulls_with", [
    ({}, None, None), ({"acrUserManagedIdentityID": "client-of-puller"}, None, None),
    ({"acrUseManagedIdentityCreds": False, "acrUserManagedIdentityID": "client-of-puller"}, None, None),
    ({"acrUseManagedIdentityCreds": True}, SYSTEM, SELF),
    ({"acrUseManagedIdentityCreds": True, "acrUserManagedIdentityID": ""}, SYSTEM, SELF),
    ({"acrUseManagedIdentityCreds": True, "acrUserManagedIdentityID": "CLIENT-OF-PULLER"}, "CLIENT-OF-PULLER", PULLER)])
def test_a_site_as_arm_shows_it(properties, named, pulls_with):
    site = WebSettings.from_rest(properties)
    assert site.can_be_set and site.identity_named(HOST) == named
    assert [each for each in (SELF, PULLER, OTHER) if site.pulls_with(HOST, each)] == \
        ([pulls_with] if pulls_with else [])


def test_an_identity_without_a_client_id_is_not_the_site_s_own():
    unfinished = Identity(ONE, PULLER.id)
    assert not WebSettings(True).pulls_with(HOST, unfinished)


@pytest.mark.parametrize("site, words", [
    (WebSettings(), "pulls with a user name and password, not with an identity"),
    (WebSettings(True, "client-x"), "is set to pull with the client ID client-x, which is another one"),
    (WebSettings(True), "is set to pull with the client ID of its own identity, which is another one")])
def test_how_a_site_is_set_up(site, words):
    assert site.state(HOST) == words


@pytest.mark.parametrize("change, properties, words", [
    (TO_SELF, {"acrUseManagedIdentityCreds": True, "acrUserManagedIdentityID": ""},
     "acrUseManagedIdentityCreds, with its own identity"),
    (TO_PULLER, {"acrUseManagedIdentityCreds": True, "acrUserManagedIdentityID": PULLER.client_id},
     f"acrUseManagedIdentityCreds, with the client ID {PULLER.client_id}"),
    (BACK, {"acrUseManagedIdentityCreds": False, "acrUserManagedIdentityID": ""}, "acrUseManagedIdentityCreds")])
def test_what_a_site_is_told(change, properties, words):
    site = WebSettings(True, "client-x")
    assert site.body(change) == {"properties": properties} and site.words(change) == words
    group, (option, value) = site.command(change)
    assert (group, option, ast.literal_eval(value)) == (["config", "set"], "--generic-configurations", properties)


def test_an_identity_that_is_only_about_to_be_made():
    assert WebSettings().words(SettingsChange(HOST, PULLER.id)) == "acrUseManagedIdentityCreds, with the new identity"


@pytest.mark.parametrize("entries, named, pulls_with", [
    ((), None, None), ((THEIRS,), None, None), (({"server": HOST, "username": "u"},), None, None),
    (({"server": HOST, "identity": ""},), None, None), ((THEIRS, {"server": HOST, "identity": "system"}), SYSTEM, SELF),
    (({"server": HOST.upper(), "identity": PULLER.id.upper()},), PULLER.id.upper(), PULLER),
    (({"identity": PULLER.id},), None, None)])
def test_an_app_as_arm_shows_it(entries, named, pulls_with):
    app = RegistriesSettings(entries)
    assert app.can_be_set and app.identity_named(HOST) == named
    assert [each for each in (SELF, PULLER, OTHER) if app.pulls_with(HOST, each)] == \
        ([pulls_with] if pulls_with else [])
    assert app.state(HOST) == (f"is set to pull from {HOST} with {named}" if named else
                               f"has no identity set for {HOST}")


@pytest.mark.parametrize("change, own, words, command", [
    (TO_SELF, [{"server": HOST, "identity": "system"}], f"pulls from {HOST} with its own identity",
     (["registry", "set"], ["--server", HOST, "--identity", "system"])),
    (TO_PULLER, [{"server": HOST, "identity": PULLER.id}], f"pulls from {HOST} with {PULLER.id}",
     (["registry", "set"], ["--server", HOST, "--identity", PULLER.id])),
    (BACK, [], f"the entry for {HOST}", (["registry", "remove"], ["--server", HOST]))])
def test_what_an_app_is_told_leaves_other_registries_alone(change, own, words, command):
    app = RegistriesSettings((THEIRS, {"server": HOST.upper(), "username": "u", "passwordSecretRef": "s"}))
    assert app.body(change) == {"properties": {"configuration": {"registries": [THEIRS, *own]}}}
    assert (app.words(change), app.command(change)) == (words, command)


@pytest.mark.parametrize("named, pulls_with", [(PULLER.id, PULLER), (PULLER.client_id, PULLER), (None, None)])
def test_a_container_group_stays_as_it_is(named, pulls_with):
    group = FixedSettings(named)
    assert not group.can_be_set and group.identity_named(HOST) == named
    assert [each for each in (SELF, PULLER, OTHER) if group.pulls_with(HOST, each)] == \
        ([pulls_with] if pulls_with else [])


def test_how_a_container_group_is_set_up():
    assert FixedSettings(PULLER.id).state(HOST) == f"is set to pull from {HOST} with {PULLER.id}"
    assert FixedSettings().state(HOST).startswith(f"names no identity for {HOST}; it has to be created again")
    assert "`az container create` with --acr-identity" in FixedSettings().state(HOST)


@pytest.mark.parametrize("settings, part", [(WebSettings(), ""), (RegistriesSettings(), HOST), (FixedSettings(), "")])
def test_only_apps_with_an_entry_for_each_registry_are_told_of_each_apart(settings, part):
    assert settings.part_for(HOST) == part


@pytest.mark.parametrize("write", [FixedSettings.body, FixedSettings.changed, FixedSettings.command])
def test_a_container_group_is_told_nothing(write):
    with pytest.raises(ValueError, match="container group"):
        write(FixedSettings(), TO_SELF)
    assert FixedSettings().words(TO_SELF) == FixedSettings().state(HOST)


@pytest.mark.parametrize("settings", [WebSettings(), RegistriesSettings((THEIRS,))])
@pytest.mark.parametrize("change, puller", [(TO_SELF, SELF), (TO_PULLER, PULLER), (BACK, None)])
def test_settings_after_a_change(settings, change, puller):
    changed = settings.changed(change)
    assert [each for each in (SELF, PULLER, OTHER) if changed.pulls_with(HOST, each)] == ([puller] if puller else [])
    assert isinstance(settings, WebSettings) or THEIRS in changed.registries
