"""The az lines for somebody who may do what the caller may not.

They are run by another person in another shell, so that each names the subscription of its resource.
"""
from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timezone
from functools import singledispatch
from typing import Any, Mapping

from azext_acrcache.domain.access.roles import NAMES, role_definition_id
from azext_acrcache.domain.consumers.kinds import BY_FLAG
from azext_acrcache.domain.guidance.az_lines import AzLine, PrintedLine
from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.values.arm_ids import ArmId


def commands(action: object, principal: str) -> list[str]:
    """Complete lines that run as printed; none for an action that only looks.

    :param principal: the ID that the action's principal turned out to be.
    """
    if isinstance(action, act.HandOver):
        return list(action.lines)
    return [PrintedLine(line) for line in _lines(action, principal)]


# pylint: disable=unused-argument  # the dispatch is on the action alone; most overloads need the principal for nothing

@singledispatch
def _lines(action: object, principal: str) -> list[AzLine]:
    return []


@_lines.register
def _(action: act.AssignRole, principal: str) -> list[AzLine]:
    line = AzLine.of("role", "assignment", "create").option("--assignee-object-id", principal)
    line = line.option("--assignee-principal-type", action.principal_type)
    line = line.option("--role", NAMES.get(action.role, action.role)).option("--scope", action.scope)
    if action.condition:
        line = line.option("--condition", action.condition).option("--condition-version", "2.0")
    return [line]


@_lines.register
def _(action: act.AddPolicy, principal: str) -> list[AzLine]:
    # set-policy replaces the list of permissions on secrets, so those that are there are named again.
    return [_on_vault("set-policy", action.vault).option("--object-id", principal)
            .option("--secret-permissions", *sorted({"get", *action.merged}))]


@_lines.register
def _(action: act.RemovePolicy, principal: str) -> list[AzLine]:
    return [_on_vault("delete-policy", action.vault).option("--object-id", action.policy["objectId"])]


@_lines.register
def _(action: act.StoreSecret, principal: str) -> list[AzLine]:
    # The value is in nobody's hands but the caller's: FILE stands for one that holds it.
    lines = [AzLine.of("keyvault", "secret", verb).option("--vault-name", action.secret.vault_name)
             .option("--name", action.secret.name) for verb in ("recover", "set")]
    store = lines[1].option("--file", "FILE").option("--encoding", "utf-8")
    store = store.option("--expires", date_text(action.expires))
    return [lines[0], store] if action.recover else [store]


@_lines.register
def _(action: act.PutCredentialSet, principal: str) -> list[AzLine]:
    line = _in_registry(action.id, "acr", "credential-set", "create")
    return [_with_secrets(line.option("--login-server", action.body["properties"]["loginServer"]), action.body)]


@_lines.register
def _(action: act.PatchCredentialSet, principal: str) -> list[AzLine]:
    return [_with_secrets(_in_registry(action.id, "acr", "credential-set", "update"), action.body)]


@_lines.register
def _(action: act.PutRule, principal: str) -> list[AzLine]:
    properties = action.body["properties"]
    line = _in_registry(action.id, "acr", "cache", "create").option("--source-repo", properties["sourceRepository"])
    return [line.option("--target-repo", properties["targetRepository"]).add(*_rule_credentials(action.body))]


@_lines.register
def _(action: act.PatchRule, principal: str) -> list[AzLine]:
    update = _in_registry(action.id, "acr", "cache", "update")
    credentials = _rule_credentials(action.body)
    # --remove-cred-set stands alone, so that an identity needs a line of its own.
    removes = action.body["properties"].get("credentialSetResourceId", "") is None
    return ([update.flag("--remove-cred-set")] if removes else []) + ([update.add(*credentials)] if credentials else [])


@_lines.register
def _(action: act.RemoveRule, principal: str) -> list[AzLine]:
    return [_in_registry(action.id, "acr", "cache", "delete").flag("--yes")]


@_lines.register
def _(action: act.RemoveCredentialSet, principal: str) -> list[AzLine]:
    return [_in_registry(action.id, "acr", "credential-set", "delete").flag("--yes")]


@_lines.register
def _(action: act.RemoveAssignment, principal: str) -> list[AzLine]:
    return [AzLine.of("role", "assignment", "delete").option("--ids", action.id)]


@_lines.register
def _(action: act.ChangeCondition, principal: str) -> list[AzLine]:
    # `az role assignment update` takes the whole assignment as a document.
    definition = role_definition_id(action.id.split("/")[2], action.role)
    document = {
        **action.kept, "id": action.id, "roleDefinitionId": definition, "principalId": action.principal,
        "principalType": action.principal_type, "condition": action.condition,
        "conditionVersion": "2.0" if action.condition else None}
    document["scope"], _, document["name"] = action.id.rpartition("/providers/Microsoft.Authorization/roleAssignments/")
    return [AzLine.of("role", "assignment", "update").option("--role-assignment", json.dumps(document))]


@_lines.register
def _(action: act.CreateIdentity, principal: str) -> list[AzLine]:
    return [_resource(action.id, "identity", "create").option("--location", action.location)]


@_lines.register
def _(action: act.AttachIdentity, principal: str) -> list[AzLine]:
    command = BY_FLAG[action.kind].identity_command
    assert command is not None
    line = _resource(action.consumer, *command.group.split(), "identity", "assign")
    return [line.add(*command.words(action.assigned))]


@_lines.register
def _(action: act.SetPullSettings, principal: str) -> list[AzLine]:
    change = replace(action.change, client_id="CLIENT-ID") if action.client else action.change
    verb, words = action.settings.command(change)
    command = BY_FLAG[action.kind].identity_command
    assert command is not None
    return [_resource(action.consumer, *command.group.split(), *verb).add(*words)]


def date_text(seconds: int | None) -> str | None:
    """As az takes a date: in UTC, to the second."""
    return f"{datetime.fromtimestamp(seconds, timezone.utc):%Y-%m-%dT%H:%M:%SZ}" if seconds else None


def _in_registry(resource: ArmId, *command: str) -> AzLine:
    return AzLine.of(*command).registry(resource.parent).option("--name", resource.name)


def _resource(resource: ArmId, *command: str) -> AzLine:
    slot = resource.names[1] if len(resource.names) > 1 else None
    return AzLine.of(*command).option("--name", resource.names[0]).option("--slot", slot).group(resource)


def _on_vault(verb: str, vault: ArmId) -> AzLine:
    # Names of vaults are unique in the world.
    return AzLine.of("keyvault", verb).option("--name", vault.name).subscription(vault)


def _with_secrets(line: AzLine, body: Mapping[str, Any]) -> AzLine:
    credentials = body["properties"]["authCredentials"][0]
    return line.option("--username-id", credentials["usernameSecretIdentifier"]) \
        .option("--password-id", credentials["passwordSecretIdentifier"])


def _rule_credentials(body: Mapping[str, Any]) -> list[str]:
    set_id = body["properties"].get("credentialSetResourceId")
    identities = (body.get("identity") or {}).get("userAssignedIdentities") or {}
    return (["--cred-set", ArmId.parse(set_id).name] if set_id else []) + \
        [word for identity in identities for word in ("--identity", identity)]
