from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.domain.guidance.az_lines import LineContext
from azext_acrcache.domain.plan.pull_preconditions import (arm_tokens_line, arm_tokens_warning, check_consumer,
                                                           check_mode, is_of_another_tenant, refuses_arm_tokens)
from azext_acrcache.domain.values.errors import Conflict
from azext_acrcache.domain.values.registry_modes import ABAC, LEGACY
from unit.domain.consumer_records import consumer
from unit.records import SUBSCRIPTION, TENANT, registry
from unit.user_errors import refused

OTHER = "99999999-9999-9999-9999-999999999999"


@pytest.mark.parametrize("mode, narrowed", [(LEGACY, False), (ABAC, False), (ABAC, True)])
def test_modes_that_do(mode, narrowed):
    check_mode(registry(), mode, narrowed)
    check_consumer(consumer(), registry(), TENANT.upper())


@pytest.mark.parametrize("mode, narrowed", [(LEGACY, False), (ABAC, True)])
def test_a_registry_that_may_not_be_read(mode, narrowed):
    error = refused(lambda: check_mode(replace(registry(), assumed=True), mode, narrowed), "'myregistry'", "mode",
                    kind=Conflict)
    assert "Reader" in error.recommendations[0]


def test_legacy_mode_knows_no_repositories():
    error = refused(lambda: check_mode(registry(), LEGACY, True), "'myregistry'", "legacy mode",
                    runs="--role-assignment-mode rbac-abac")
    assert "--repository and --for-rule" in error.recommendations[0]
    assert "az acrcache grant list --registry myregistry --resource-group my-rg" in error.recommendations[1]


def test_a_consumer_on_its_way_out():
    refused(lambda: check_consumer(consumer(state="deleting"), registry(), TENANT), "virtual machine 'my-vm'",
            "being deleted", kind=Conflict)


def test_a_consumer_of_another_tenant():
    refused(lambda: check_consumer(consumer(tenant_id=OTHER), registry(), TENANT), "virtual machine 'my-vm'", OTHER,
            "'myregistry'", TENANT, kind=Conflict, runs="az acr token create --registry myregistry")


@pytest.mark.parametrize("own, registrys, another", [
    (TENANT, TENANT, False), (TENANT.upper(), TENANT, False), (OTHER, TENANT, True), ("", TENANT, False),
    (OTHER, "", False)])
def test_tenants_compare_without_case_and_only_where_both_are_known(own, registrys, another):
    assert is_of_another_tenant(consumer(tenant_id=own), registrys) is another


@pytest.mark.parametrize("properties, refuses", [
    ({}, False), ({"policies": None}, False), ({"policies": {"azureADAuthenticationAsArmPolicy": None}}, False),
    ({"policies": {"azureADAuthenticationAsArmPolicy": {"status": "enabled"}}}, False),
    ({"policies": {"azureADAuthenticationAsArmPolicy": {"status": "Disabled"}}}, True)])
def test_tokens_of_apps(properties, refuses):
    judged = replace(registry(), properties=properties)
    assert refuses_arm_tokens(judged) is refuses
    warning = arm_tokens_warning(consumer(), judged)
    assert (warning is not None) is refuses
    if warning:
        assert "'myregistry'" in warning and warning.endswith(str(arm_tokens_line(judged)))
        line = str(arm_tokens_line(judged, LineContext(SUBSCRIPTION)))
        assert line.endswith("--registry myregistry --status enabled")
