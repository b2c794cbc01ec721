"""The az lines for somebody who may do what the caller may not."""
from __future__ import annotations

import shlex
from functools import singledispatch

from azext_acrcache.domain import actions as act
from azext_acrcache.domain.arm_ids import ArmId
from azext_acrcache.domain.roles import KEY_VAULT_SECRETS_USER


def commands(action: object, principal: str) -> list[str]:
    """Complete lines that run as printed. `principal`: the ID that the action's principal turned out to be."""
    return [shlex.join(line) for line in _lines(action, principal)]


@singledispatch
def _lines(action: object, principal: str) -> list[list[str]]:  # pylint: disable=unused-argument
    return []


@_lines.register
def _(action: act.AssignRole, principal: str) -> list[list[str]]:
    role = "Key Vault Secrets User" if action.role == KEY_VAULT_SECRETS_USER else action.role
    line = ["az", "role", "assignment", "create", "--assignee-object-id", principal, "--assignee-principal-type",
            action.principal_type, "--role", role, "--scope", action.scope]
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
    return [_credential_set(action.id, "create", action.body, ["--login-server", action.body["properties"]["loginServer"]])]


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
    credentials = _rule_credentials(action.body) or ["--remove-cred-set"]
    return [["az", "acr", "cache", "update", *_in_registry(action.id), *credentials]]


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
def _(action: act.RemovePolicy, principal: str) -> list[list[str]]:  # pylint: disable=unused-argument
    return [["az", "keyvault", "delete-policy", "--name", action.vault.name, "--subscription", action.vault.subscription,
             "--object-id", action.policy["objectId"]]]


def _in_registry(resource: ArmId) -> list[str]:
    return ["--registry", resource.names[0], "--resource-group", resource.group, "--subscription", resource.subscription,
            "--name", resource.name]


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
