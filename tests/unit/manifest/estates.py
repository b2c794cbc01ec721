"""Estates that a manifest can say, for properties."""
from __future__ import annotations

from hypothesis import strategies as st

from azext_acrcache.domain.consumers.consumer import ConsumerRef
from azext_acrcache.domain.consumers.kinds import KINDS
from azext_acrcache.domain.state.desired import (AUTO, POLICY, RBAC, SECRET_SCOPE, VAULT_SCOPE, DesiredCredentialSet,
                                                 DesiredEstate, DesiredGrant, DesiredRegistry, DesiredRule,
                                                 DesiredSecret)
from azext_acrcache.domain.values.arm_ids import REGISTRY, VAULT, ArmId
from azext_acrcache.domain.values.names import proving_name
from azext_acrcache.domain.values.principals import PRINCIPAL_TYPES
from azext_acrcache.domain.values.registry_ref import RegistryRef
from azext_acrcache.domain.values.repositories import RepositoryPattern, Source
from azext_acrcache.domain.values.secret_ids import SecretId
from unit.manifest.documents import IDENTITY, SUFFIX

NAMES = st.from_regex(r"[a-z0-9][a-z0-9-]{4,20}", fullmatch=True)
_PATHS = st.from_regex(r"[a-z0-9]{1,4}(/[a-z0-9]{1,4}){0,2}", fullmatch=True)
_SECRET_NAMES = st.from_regex(r"[a-z0-9-]{1,12}", fullmatch=True)
_VAULTS = st.sampled_from(["vault-one", "vault-two", "vault-three"])
_SUFFIXES = st.sampled_from([SUFFIX, SUFFIX, ".vault.azure.cn"])
_UPSTREAMS = st.sampled_from(["docker.io", "ghcr.io", "quay.io", "upstream.azurecr.io"])


@st.composite
def _sets(draw) -> DesiredCredentialSet:
    name, login_server = draw(NAMES), draw(_UPSTREAMS)
    access, scope = draw(st.sampled_from([AUTO, RBAC, POLICY])), draw(st.sampled_from([SECRET_SCOPE, VAULT_SCOPE]))
    if draw(st.booleans()):
        return DesiredCredentialSet(name, login_server, access=access, scope=scope)
    host = draw(_VAULTS) + draw(_SUFFIXES)
    other = draw(st.sampled_from([host, host, draw(_VAULTS) + SUFFIX]))
    first, second = draw(st.lists(_SECRET_NAMES, min_size=2, max_size=2, unique=True))
    return DesiredCredentialSet(name, login_server, DesiredSecret(SecretId(host, first)),
                                DesiredSecret(SecretId(other, second)), access, scope)


@st.composite
def _rules(draw, sets: list[DesiredCredentialSet]) -> DesiredRule:
    credential_set = draw(st.sampled_from(sets)) if sets and draw(st.booleans()) else None
    login_server = credential_set.login_server if credential_set else draw(_UPSTREAMS.filter("docker.io".__ne__))
    wildcard = draw(st.booleans())
    source = Source(login_server, RepositoryPattern(draw(_PATHS), wildcard)).with_library()
    target = RepositoryPattern(draw(_PATHS), wildcard)
    identity = IDENTITY if login_server.endswith("azurecr.io") and not credential_set and draw(st.booleans()) else None
    named = draw(st.booleans())
    return DesiredRule(draw(NAMES) if named else proving_name(source, target), source, target,
                       credential_set.name if credential_set else None, identity, named)


@st.composite
def _grants(draw) -> DesiredGrant:
    push = draw(st.booleans())
    repositories = tuple(draw(st.lists(st.builds(RepositoryPattern, _PATHS, st.booleans()), max_size=2, unique=True)))
    if draw(st.booleans()):
        return DesiredGrant(principal_id=str(draw(st.uuids())), principal_type=draw(st.sampled_from(PRINCIPAL_TYPES)),
                            push=push, repositories=repositories)
    kind = draw(st.sampled_from(KINDS))
    assigned = draw(st.sampled_from([None, "system", IDENTITY])) if kind.takes_identity else None
    return DesiredGrant(ConsumerRef(kind, draw(NAMES)), push=push, repositories=repositories, assign_identity=assigned)


def _apart(rules: list[DesiredRule]) -> tuple[DesiredRule, ...]:
    """Those that fit beside the ones before them."""
    kept: list[DesiredRule] = []
    for rule in rules:
        if not any(rule.target.collides(other.target) or rule.name.lower() == other.name.lower() for other in kept):
            kept.append(rule)
    return tuple(kept)


@st.composite
def _registries(draw, name: str) -> DesiredRegistry:
    sets = draw(st.lists(_sets(), max_size=3, unique_by=lambda each: each.name.lower()))
    rules = draw(st.lists(_rules(sets), max_size=4))
    grants = draw(st.lists(_grants(), max_size=3, unique=True))
    ref = draw(st.sampled_from([RegistryRef(name), RegistryRef(name, "my-rg"),
                                RegistryRef(name, None, f"{name}-abc.azurecr.io"),
                                RegistryRef(ArmId.of("s", "g", REGISTRY, name))]))
    return DesiredRegistry(ref, _apart(rules), tuple(sets), tuple(grants))


@st.composite
def estates(draw) -> DesiredEstate:
    """At least one registry; IDs of key vaults only where a manifest can say them."""
    names = draw(st.lists(st.from_regex(r"[a-z0-9]{5,10}", fullmatch=True), min_size=1, max_size=3, unique=True))
    registries = tuple(draw(_registries(name)) for name in names)
    hosts = {desired.secrets[0].id.vault_host for registry in registries for desired in registry.credential_sets
             if len({secret.id.vault_host for secret in desired.secrets}) == 1}
    known = draw(st.sets(st.sampled_from(sorted(hosts)))) if hosts else ()
    return DesiredEstate(registries, {host: ArmId.of("s", "g", VAULT, host.partition(".")[0]) for host in known})
