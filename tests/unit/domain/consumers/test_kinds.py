from __future__ import annotations

import pytest

from azext_acrcache.domain.consumers.kinds import BY_FLAG, KINDS, PRINCIPAL_KINDS, flags, kind_of_type, shares_its_type
from unit.house import PACKAGE


def test_every_kind_is_told_apart():
    assert len(BY_FLAG) == len(KINDS)
    assert len({kind.noun for kind in KINDS}) == len({kind.plural for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.flag)
def test_every_kind_with_a_flag_has_its_reader(kind):
    assert (PACKAGE / "adapters" / "consumers" / f"{kind.reader}.py").is_file()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.choosable], ids=lambda kind: kind.flag)
def test_what_has_several_identities_can_be_given_one_or_says_what_helps(kind):
    assert kind.takes_identity or kind.without_identity


@pytest.mark.parametrize("where, sentence", [
    (lambda kind: kind.settles, "--containerapp and --containerapp-job"),
    (lambda kind: kind.settings_path or kind.settles,
     "--webapp, --functionapp, --containerapp and --containerapp-job"),
    (lambda kind: kind.flag == "aks", "--aks"), (lambda kind: False, "")])
def test_flags_for_a_sentence(where, sentence):
    assert flags(where) == sentence


def test_all_flags():
    assert flags().count("--") == len(KINDS) and flags().endswith(" and --service-principal")


@pytest.mark.parametrize("resource_type, flag", [
    ("Microsoft.Compute/virtualMachines", "vm"), ("microsoft.compute/virtualmachinescalesets", "vmss"),
    ("Microsoft.Web/sites", "webapp"), ("microsoft.web/sites/slots", "webapp"),
    ("Microsoft.App/jobs", "containerapp-job"),
    ("Microsoft.ManagedIdentity/userAssignedIdentities", "identity")])
def test_the_kind_of_a_resource(resource_type, flag):
    assert kind_of_type(resource_type).flag == flag


@pytest.mark.parametrize("resource_type", ["", "Microsoft.Logic/workflows", "Microsoft.Web"])
def test_resources_of_no_kind(resource_type):
    assert kind_of_type(resource_type) is None


def test_kinds_of_principals():
    assert {word: kind.flag for word, kind in PRINCIPAL_KINDS.items()} == {
        "ServicePrincipal": "service-principal", "User": "user", "Group": "group"}


def test_web_apps_and_function_apps_alone_share_a_type():
    assert {kind.flag for kind in KINDS if shares_its_type(kind)} == {"webapp", "functionapp"}
    assert not shares_its_type(PRINCIPAL_KINDS["User"])
