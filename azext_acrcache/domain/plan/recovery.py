"""The az lines for somebody who may do what the caller may not."""
from __future__ import annotations

import json
import shlex
from dataclasses import replace
from functools import singledispatch

from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.consumers.kinds import BY_FLAG
from azext_acrcache.domain.access.roles import NAMES, role_definition_id


def commands(action: object, principal: str) -> list[str]:
    """Complete lines that run as printed. `principal`: the ID that the action's principal turned out to be."""
    return [shlex.join(line) for line in _lines(action, principal)]


@singledispatch
def _lines(action: object, principal: str) -> list[list[str]]:  # pylint: disable=unused-argument
    return []


@_lines.register
def _(action: act.AssignRole, principal: str) -> list[list[str]]:
    line = ["az", "role", "assignment", "create", "--assignee-object-id", principal, "--assignee-principal-type",
            action.principal_type, "--role", NAMES.get(action.role, action.role), "--scope", action.scope]
    if action.condition:
        line += ["--condition", action.condition, "--condition-version", "2.0"]
    return [line]


@_lines.register
def _(action: act.AddPolicy, principal: str) -> list[list[str]]:
    # set-policy replaces the list of permissions on secrets, so those that are there are named again.
    return [["az", "keyvault", "set-policy", "--name", action.vault.name, "--subscription", action.vault.subscription,
             "--object-id", principal, "--secret-permissions", *sorted({"get", *action.merged})]]


@_lines.register
def _(action: act.StoreSecret, principal: str) -> list[list[str]]:  # pylint: disable=unused-argument
    vault = ["--vault-name", action.secret.vault_name, "--name", action.secret.name]
    recover = [["az", "keyvault", "secret", "recover", *vault]] if action.recover else []
    return [*recover, ["az", "keyvault", "secret", "set", *vault, "--file", "FILE", "--encoding", "utf-8"]]


@_lines.register
def _(action: act.PutCredentialSet, principal: str) -> list[list[str]]:  # pylint: disable=unused-argument
    return [_credential_set(action.id, "create", action.body,
                            ["--login-server", action.body["properties"]["loginServer"]])]


@_lines.register
def _(action: act.PatchCredentialSet, principal: str) -> list[list[str]]:  # pylint: disable=unused-argument
    return [_credential_set(action.id, "update", action.body, [])]


@_lines.register
def _(action: act.PutRule, principal: str) -> list[list[str]]:  # pylint: disable=unused-argument
    properties = action.body["properties"]
    return [["az", "acr", "cache", "create", *_in_registry(action.id), "--source-repo", properties["sourceRepository"],
             "--target-repo", properties["targetRepository"], *_rule_credentials(action.body)]]


@_lines.register
def _(action: act.PatchRule, principal: str) -> list[list[str]]:  # pylint: disable=unused-argument
    update = ["az", "acr", "cache", "update", *_in_registry(action.id)]
    credentials = _rule_credentials(action.body)
    # --remove-cred-set stands alone, so that an identity needs a line of its own.
    removes = action.body["properties"].get("credentialSetResourceId", "") is None
    return ([[*update, "--remove-cred-set"]] if removes else []) + ([[*update, *credentials]] if credentials else [])


@_lines.register
def _(action: act.RemoveRule, principal: str) -> list[list[str]]:  # pylint: disable=unused-argument
    return [["az", "acr", "cache", "delete", *_in_registry(action.id), "--yes"]]


@_lines.register
def _(action: act.RemoveCredentialSet, principal: str) -> list[list[str]]:  # pylint: disable=unused-argument
    return [["az", "acr", "credential-set", "delete", *_in_registry(action.id), "--yes"]]


@_lines.register
def _(action: act.RemoveAssignment, principal: str) -> list[list[str]]:  # pylint: disable=unused-argument
    return [["az", "role", "assignment", "delete", "--ids", action.id]]


@_lines.register
def _(action: act.ChangeCondition, principal: str) -> list[list[str]]:  # pylint: disable=unused-argument
    # `az role assignment update` takes the whole assignment as a document.
    definition = role_definition_id(action.id.split("/")[2], action.role)
    document: dict = {"id": action.id, "roleDefinitionId": definition, "principalId": action.principal,
                      "principalType": action.principal_type, "condition": action.condition,
                      "conditionVersion": "2.0" if action.condition else None}
    document["scope"], _, document["name"] = action.id.rpartition("/providers/Microsoft.Authorization/roleAssignments/")
    return [["az", "role", "assignment", "update", "--role-assignment", json.dumps(document)]]


@_lines.register
def _(action: act.CreateIdentity, principal: str) -> list[list[str]]:  # pylint: disable=unused-argument
    return [["az", "identity", "create", *_resource(action.id), "--location", action.location]]


@_lines.register
def _(action: act.AttachIdentity, principal: str) -> list[list[str]]:  # pylint: disable=unused-argument
    command = BY_FLAG[action.kind].identity_command
    assert command is not None
    return [["az", *command.group.split(), "identity", "assign", *_resource(action.consumer), *command.words(action.assigned)]]


@_lines.register
def _(action: act.SetPullSettings, principal: str) -> list[list[str]]:  # pylint: disable=unused-argument
    change = replace(action.change, client_id="CLIENT-ID") if action.client else action.change
    verb, words = action.settings.command(change)
    command = BY_FLAG[action.kind].identity_command
    assert command is not None
    return [["az", *command.group.split(), *verb, *_resource(action.consumer), *words]]


@_lines.register
def _(action: act.RemovePolicy, principal: str) -> list[list[str]]:  # pylint: disable=unused-argument
    return [["az", "keyvault", "delete-policy", "--name", action.vault.name, "--subscription",
             action.vault.subscription,
             "--object-id", action.policy["objectId"]]]


def _in_registry(resource: ArmId) -> list[str]:
    return ["--registry", resource.names[0], "--resource-group", resource.group, "--subscription",
            resource.subscription,
            "--name", resource.name]


def _resource(resource: ArmId) -> list[str]:
    slot = ["--slot", resource.names[1]] if len(resource.names) > 1 else []
    return ["--name", resource.names[0], *slot, "--resource-group", resource.group, "--subscription",
            resource.subscription]


def _credential_set(set_id: ArmId, verb: str, body, more: list[str]) -> list[str]:
    credentials = body["properties"]["authCredentials"][0]
    return ["az", "acr", "credential-set", verb, *_in_registry(set_id), *more,
            "--username-id", credentials["usernameSecretIdentifier"],
            "--password-id", credentials["passwordSecretIdentifier"]]


def _rule_credentials(body) -> list[str]:
    set_id = body["properties"].get("credentialSetResourceId")
    identities = (body.get("identity") or {}).get("userAssignedIdentities") or {}
    return (["--cred-set", ArmId.parse(set_id).name] if set_id else []) + \
        [word for identity in identities for word in ("--identity", identity)]
