"""From the arguments of `bootstrap create` to what is wanted, and where. Pure: values arrive already read."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Sequence

from azext_acrcache.domain.guidance.az_lines import Advice, AzLine
from azext_acrcache.domain.plan.collisions import check_among_desired, check_form
from azext_acrcache.domain.plan.secret_argument import SecretArgument
from azext_acrcache.domain.state.desired import (AUTO, SECRET_SCOPE, DesiredCredentialSet, DesiredEstate,
                                                 DesiredRegistry, DesiredRule, DesiredSecret)
from azext_acrcache.domain.values.arm_ids import IDENTITY, VAULT, ArmId, is_arm_id, name_or_id
from azext_acrcache.domain.values.errors import ExclusiveArguments, MissingArgument, UserError
from azext_acrcache.domain.values.names import (apart, check_credential_set_name, check_rule_name, check_vault_name,
                                                credential_set_name_for, rule_name_for)
from azext_acrcache.domain.values.registry_ref import child_name, registry_ref
from azext_acrcache.domain.values.repositories import RepositoryPattern, Source
from azext_acrcache.domain.values.secret_ids import SecretId
from azext_acrcache.domain.values.secret_value import SecretValue
from azext_acrcache.domain.values.upstreams import canonical_login_server, credentials_warnings, is_azure_registry


@dataclass(frozen=True)
class CreateRequest:
    """The arguments as given: names or IDs.

    :ivar sources: one rule is made for each. :ivar targets, names: one for each source, in the same order, or none.
    :ivar username_secret, password_secret: names or IDs of secrets. :ivar username, password: values to be stored.
    :ivar expires: of values that are stored, seconds since the epoch.
    :ivar access: AUTO, RBAC or POLICY. :ivar scope: SECRET_SCOPE or VAULT_SCOPE.
    """

    registry: str
    sources: tuple[str, ...]
    targets: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    group: str | None = None
    credential_set: str | None = None
    login_server: str | None = None
    username_secret: str | None = None
    password_secret: str | None = None
    vault: str | None = None
    identity: str | None = None
    username: SecretValue | None = None
    password: SecretValue | None = None
    access: str = AUTO
    scope: str = SECRET_SCOPE
    pin_version: bool = False
    expires: int | None = None

    @property
    def names_credentials(self) -> bool:
        """Whether it says where a credential set's secrets are or what is to be in them."""
        return bool(self.username_secret or self.password_secret or self.vault or self.username or self.password)


def desired_from(request: CreateRequest, vault_suffix: str) -> tuple[DesiredEstate, list[str]]:
    """What is wanted, in one registry, and warnings, one sentence each. Raises UserError before anything is looked at.

    :param vault_suffix: of the hosts of key vaults in this cloud, such as `.vault.azure.net`.
    """
    _check_not_empty(request)
    sources = _sources(request)
    login_server = _login_server(request, sources)
    _check_combination(request, login_server)
    credential_set: DesiredCredentialSet | None = None
    vaults: dict[str, ArmId] = {}
    if request.credential_set or request.names_credentials:
        credential_set, vaults = _credential_set(request, login_server, vault_suffix)
    rules = _rules(request, sources, credential_set)
    check_among_desired(rules)
    sets = (credential_set,) if credential_set else ()
    desired = DesiredRegistry(registry_ref(request.registry, request.group), rules, sets)
    return DesiredEstate((desired,), vaults), _warnings(request, sources)


def _sources(request: CreateRequest) -> list[Source]:
    if not request.sources:
        raise MissingArgument("No source was given.", "Name at least one: --source-repo docker.io/library/ubuntu")
    return [Source.parse(text).with_library() for text in request.sources]


def _check_not_empty(request: CreateRequest) -> None:
    """Raises UserError. An empty value is mostly a variable of a script that is not set, not a wish to leave it out."""
    for option, value in (("--registry", request.registry), ("--resource-group", request.group),
                          ("--cred-set", request.credential_set), ("--login-server", request.login_server),
                          ("--username-id", request.username_secret), ("--password-id", request.password_secret),
                          ("--vault", request.vault), ("--identity", request.identity)):
        if value is not None and not value.strip():
            raise UserError(f"The value of {option} is empty.", f"Give {option} a value, or leave it out.")


def _login_server(request: CreateRequest, sources: list[Source]) -> str:
    """That of the sources; the first where rules without credentials are wanted, which may be on several upstreams."""
    servers = sorted({source.login_server for source in sources})
    anonymous = not (request.credential_set or request.names_credentials or request.identity or request.login_server)
    if len(servers) > 1 and not anonymous:
        raise UserError(f"The sources are on different upstreams: {', '.join(servers)}.",
                        "Run the command once for each upstream; each needs credentials of its own.")
    if request.login_server and canonical_login_server(request.login_server) != servers[0]:
        raise UserError(f"--login-server is '{request.login_server}' and the sources are on '{servers[0]}'.",
                        "Leave --login-server out: it is taken from the sources.")
    return servers[0]


def _check_combination(request: CreateRequest, login_server: str) -> None:
    if not request.identity:
        return
    if request.credential_set or request.names_credentials:
        raise ExclusiveArguments("--identity and a credential set exclude one another: a rule signs in to its upstream "
                                 "in one way.",
                                 "For an Azure registry as the upstream keep --identity and drop --cred-set, --vault, "
                                 "--username-id and --password-id.")
    if not is_azure_registry(login_server):
        raise UserError(f"--identity works for an Azure registry as the upstream only, not for '{login_server}'.",
                        "Use --vault with --username-id and --password-id.")
    if not is_arm_id(request.identity) or not ArmId.parse(request.identity).is_a(IDENTITY):
        raise UserError(f"--identity '{request.identity}' is not the ID of a user-assigned identity.",
                        Advice("See those that there are", AzLine.of("identity", "list").option("--query", "[].id")))


def _credential_set(request: CreateRequest, login_server: str, vault_suffix: str
                    ) -> tuple[DesiredCredentialSet, dict[str, ArmId]]:
    name = _credential_set_name(request, login_server)
    if not request.names_credentials:
        return DesiredCredentialSet(name, login_server, access=request.access, scope=request.scope), {}
    vault = name_or_id(request.vault, VAULT, "key vault") if request.vault else None
    vault_name = vault.name if isinstance(vault, ArmId) else vault
    if vault_name:
        check_vault_name(vault_name)
    named = bool(request.credential_set)
    username = _secret(request, "--username-id", request.username_secret or f"{name}-username", vault_name,
                       vault_suffix)
    password = _secret(request, "--password-id", request.password_secret or f"{name}-password", vault_name,
                       vault_suffix)
    if username.same(password):
        raise UserError(f"The user name and the password are both the secret '{username.subject}'.",
                        "Give each a secret of its own with --username-id and --password-id.")
    vaults = {username.vault_host: vault} if isinstance(vault, ArmId) else {}
    return DesiredCredentialSet(
        name, login_server,
        DesiredSecret(username, request.username, request.expires, named or bool(request.username_secret)),
        DesiredSecret(password, request.password, request.expires, named or bool(request.password_secret)),
        request.access, request.scope, named), vaults


def _credential_set_name(request: CreateRequest, login_server: str) -> str:
    if not request.credential_set:
        return credential_set_name_for(login_server)
    if not is_arm_id(request.credential_set):
        return check_credential_set_name(request.credential_set)
    return child_name(request.registry, request.credential_set, "credentialSets", "credential set")


def _secret(request: CreateRequest, option: str, text: str, vault_name: str | None, vault_suffix: str) -> SecretId:
    argument = SecretArgument(option, "--vault MyVault", "--vault",
                              "To have a value stored, use --upstream-username and --upstream-password-file, or the "
                              "variable ACRCACHE_UPSTREAM_PASSWORD.")
    secret = argument.secret(text, vault_name, vault_suffix,
                             "If that is what you want, add --pin-secret-version.", request.pin_version)
    if secret.version and (request.username if option == "--username-id" else request.password):
        raise ExclusiveArguments(f"{option} pins a version of '{secret.subject}' and a value for it is given too.",
                                 "Drop the version, so that the new value is used.")
    return secret


def _rules(request: CreateRequest, sources: list[Source], credential_set: DesiredCredentialSet | None
           ) -> tuple[DesiredRule, ...]:
    targets = [RepositoryPattern.parse(text, "target") for text in request.targets] or \
        [source.default_target() for source in sources]
    if len(targets) != len(sources):
        raise UserError(f"{_counted(sources, 'source')} and {_counted(targets, 'target')} were given; each source "
                        "needs one target.",
                        "Give as many values to --target-repo as to --source-repo, in the same order, or none.")
    if request.names and len(request.names) != len(sources):
        raise UserError(f"{_counted(sources, 'source')} and {_counted(request.names, 'name')} were given; each source "
                        "makes one rule.",
                        "Give as many values to --name as to --source-repo, in the same order, or none.")
    rules: list[DesiredRule] = []
    names: set[str] = set()
    for place, (source, target) in enumerate(zip(sources, targets)):
        name = _rule_name(request, place) if request.names else rule_name_for(source, target)
        if not request.names and name in names:
            name = apart(name, f"{source}>{target}")
        names.add(name)
        rule = DesiredRule(name, source, target, credential_set.name if credential_set else None, request.identity,
                           bool(request.names))
        check_form(rule)
        rules.append(rule)
    return tuple(rules)


def _counted(values: Sequence[Any], word: str) -> str:
    return f"{len(values)} {word}{'' if len(values) == 1 else 's'}"


def _rule_name(request: CreateRequest, place: int) -> str:
    return check_rule_name(child_name(request.registry, request.names[place], "cacheRules", "cache rule"))


def _warnings(request: CreateRequest, sources: list[Source]) -> list[str]:
    warnings: list[str] = []
    anonymous = not (request.credential_set or request.names_credentials or request.identity)
    for login_server in dict.fromkeys(source.login_server for source in sources):
        warnings += credentials_warnings(login_server, anonymous)
    for text, source in zip(request.sources, sources):
        if source != Source.parse(text):
            warnings.append(f"{text} is an official image of Docker Hub: the source is written as {source}.")
    return warnings
