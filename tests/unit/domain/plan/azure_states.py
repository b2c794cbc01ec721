"""Strategies: states of Azure that a plan may meet, and what may be wanted of them."""
from __future__ import annotations

from hypothesis import strategies as st

from azext_acrcache.domain.state.desired import DesiredCredentialSet
from azext_acrcache.domain.state.observed import ABSENT, PRESENT, SOFT_DELETED, UNREADABLE, Secret
from azext_acrcache.domain.values.secret_ids import SecretId
from unit.azure_model import AzureModel
from unit.records import (HOST, PAT, PRINCIPAL, PULLER, REGISTRY_ID, SUBSCRIPTION, USER, VAULT_ID, assignment,
                          credential_set, desired_registry, policy, rule, secret_scope, secrets, snapshot, vault,
                          wanted_rule, wanted_set)

OLD_USER, OLD_PAT = SecretId(HOST, "old-user"), SecretId(HOST, "old-pat")
STATES = st.sampled_from(["Succeeded", "Succeeded", "Creating", "Failed", "Deleting"])
SCOPES = [secret_scope(USER), secret_scope(PAT), secret_scope(OLD_USER), secret_scope(OLD_PAT), str(VAULT_ID),
          f"/subscriptions/{SUBSCRIPTION}"]
POLICIES = st.sampled_from([[], [policy("list")], [policy("get", "list")], [policy("list", principal="somebody")]])
RULES = {"ubuntu": ("docker.io/library/ubuntu", "ubuntu"), "team-all": ("docker.io/team/*", "team/*"),
         "team-app": ("docker.io/team/app", "team/app"), "other": ("docker.io/library/nginx", "ubuntu"),
         "wide1": ("docker.io/team/*", "team/sub/*")}


@st.composite
def azure(draw, value_given=st.booleans(), has_set=st.booleans(), states=STATES, registries=(REGISTRY_ID,)):
    """A state of Azure, and for each of the two secrets whether a value is to be stored."""
    given_values = {secret: draw(value_given) for secret in (USER, PAT)}
    kept = [Secret(OLD_USER, PRESENT, True), Secret(OLD_PAT, PRESENT, True)]
    current = {}
    for secret, is_given in given_values.items():
        state, enabled = draw(st.sampled_from([(PRESENT, True), (PRESENT, True), (PRESENT, True), (PRESENT, False),
                                               (ABSENT, None), (SOFT_DELETED, None)]))
        if is_given and enabled is False:
            state, enabled = UNREADABLE, None
        kept.append(Secret(secret, state, enabled))
        if is_given:
            current[str(secret).lower()] = state == PRESENT and draw(st.booleans())
    rbac = draw(st.booleans())
    granted = draw(st.lists(st.sampled_from(SCOPES), unique=True, max_size=3)) if rbac else []
    shared = {"vaults": {HOST: vault(rbac, [] if rbac else draw(POLICIES))}, "secrets": secrets(*kept),
              "current_values": current,
              "assignments": tuple(assignment(scope, name=f"a{place}") for place, scope in enumerate(granted))}
    contents = [draw(content(registry_id, has_set, states, shared)) for registry_id in registries]
    return AzureModel(*contents), given_values


@st.composite
def content(draw, registry_id, has_set, states, shared):
    """What stands in one registry. Its sets have identities of their own."""
    sets, own = (), PRINCIPAL if registry_id == REGISTRY_ID else f"principal-of-{registry_id.name}"
    if draw(has_set):
        names = draw(st.sampled_from([(USER, PAT), (OLD_USER, OLD_PAT), (USER, OLD_PAT)]))
        sets = (credential_set(draw(st.sampled_from(["docker-io", "Docker-IO"])), username=names[0], password=names[1],
                               login_server=draw(st.sampled_from(["docker.io", "docker.io", "Docker.io", "ghcr.io"])),
                               principal=draw(st.sampled_from([own, own, None])), state=draw(states),
                               registry_id=registry_id),)
    rules = []
    for name in draw(st.lists(st.sampled_from(sorted(RULES)), unique=True, max_size=3)):
        used = draw(st.sampled_from(["docker-io", None])) if sets else None
        drawn = rule(name, *RULES[name], used, draw(st.sampled_from([None, None, PULLER])), draw(STATES), registry_id)
        if not any(other.target.collides(drawn.target) for other in rules):
            rules.append(drawn)
    return snapshot(registry_id, rules=tuple(rules), credential_sets=sets, **shared)


@st.composite
def desired(draw, given_values, registry_id=REGISTRY_ID):
    named = draw(st.booleans())
    # A set named alone comes without values to store.
    if not any(given_values.values()) and draw(st.booleans()):
        wanted = DesiredCredentialSet("docker-io", "docker.io")
    else:
        wanted = wanted_set(user_value="u" if given_values[USER] else None,
                            password_value="p" if given_values[PAT] else None,
                            scope=draw(st.sampled_from(["secret", "vault"])),
                            access=draw(st.sampled_from(["auto"] * 6 + ["rbac", "policy"])))
    # Mostly rules that fit beside one another: the refusals have tests of their own.
    kinds = st.sampled_from(["ubuntu", "team-all", "team-app"] * 4 + ["other", "wide1"])
    names = draw(st.lists(kinds, unique=True, min_size=1, max_size=3))
    rules = tuple(wanted_rule(*RULES[name], name, named=named) for name in names)
    return desired_registry(rules, (wanted,), registry_id)
