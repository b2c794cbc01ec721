from __future__ import annotations

import pytest

from azext_acrcache.domain.consumers.kinds import BY_FLAG
from azext_acrcache.domain.consumers.spec import ConsumerSpec, IdentityCommand

ID = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/puller"


@pytest.mark.parametrize("flag, own, assigned", [
    ("vm", ["--identities", "[system]"], ["--identities", ID]),
    ("webapp", ["--identities", "[system]"], ["--identities", ID]),
    ("containerapp", ["--system-assigned"], ["--user-assigned", ID]),
    ("containerapp-job", ["--system-assigned"], ["--user-assigned", ID])])
def test_how_az_gives_an_identity(flag, own, assigned):
    command = BY_FLAG[flag].identity_command
    assert command.words(None) == own and command.words(ID) == assigned


@pytest.mark.parametrize("flag, words", [
    ("vm", "names or resource IDs"), ("webapp", "names, NAME/SLOT, or resource IDs"),
    ("service-principal", "application IDs or object IDs")])
def test_how_a_flag_names_its_consumers(flag, words):
    assert BY_FLAG[flag].named_by == words


def test_names_of_arguments_in_python():
    assert BY_FLAG["container-instance"].dest == "container_instance" and BY_FLAG["vm"].dest == "vm"


def test_which_kinds_take_an_identity():
    assert ConsumerSpec("x", "x", "x", identity_command=IdentityCommand("x")).takes_identity
    assert not ConsumerSpec("x", "x", "x").takes_identity


@pytest.mark.parametrize("resource_type, own", [
    ("My.Type/things", True), ("MY.TYPE/THINGS", True), ("my.type/things/parts", True), ("My.Type/others", False),
    ("", False)])
def test_whether_a_resource_is_of_a_kind(resource_type, own):
    assert ConsumerSpec("x", "x", "x", type="My.Type/things", child_type="My.Type/things/parts").is_type(
        resource_type) is own


def test_a_kind_without_a_resource_is_no_resource_s():
    assert not BY_FLAG["service-principal"].is_type("")
