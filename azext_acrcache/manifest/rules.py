"""The cache rules of a registry in a manifest."""
from __future__ import annotations

from functools import partial
from typing import Iterable, Iterator, Mapping

from azext_acrcache.domain.guidance.az_lines import Advice, AzLine
from azext_acrcache.domain.plan.collisions import check_form, errors_among_desired
from azext_acrcache.domain.state.desired import DesiredCredentialSet, DesiredRule
from azext_acrcache.domain.values.arm_ids import IDENTITY, ArmId, is_arm_id
from azext_acrcache.domain.values.errors import ExclusiveArguments, UserError
from azext_acrcache.domain.values.names import check_rule_name, proving_name
from azext_acrcache.domain.values.registry_ref import child_name
from azext_acrcache.domain.values.repositories import RepositoryPattern, Source
from azext_acrcache.domain.values.upstreams import find_upstream, is_azure_registry, refuses_anonymous_rules
from azext_acrcache.manifest.entries import Entry

# The sets that a registry's rules may name, by name in lower case; None for one that has mistakes of its own.
Sets = Mapping[str, "DesiredCredentialSet | None"]


def read_rules(entries: Iterable[Entry], registry: str, sets: Sets, all_known: bool
               ) -> list[tuple[Entry, DesiredRule | None]]:
    """The rules of one registry, None for one with mistakes of its own; tells too which do not fit together with one
    before them. Parameters as for `read_rule`.
    """
    rules: list[tuple[Entry, DesiredRule | None]] = []
    by_place: dict[str, Entry] = {}

    def legal() -> Iterator[DesiredRule]:
        for entry in entries:
            rule = read_rule(entry, registry, sets, all_known)
            rules.append((entry, rule))
            if rule:
                by_place[rule.place] = entry
                yield rule

    for rule, error in errors_among_desired(legal()):
        by_place[rule.place].refuse(error)
    return rules


def read_rule(entry: Entry, registry: str, sets: Sets, all_known: bool) -> DesiredRule | None:
    """The rule, unless something is wrong with it.

    :param registry: the text that names it. :param all_known: whether each of its sets has a name.
    """
    source = entry.read("source", _source)
    target = entry.read("target", partial(RepositoryPattern.parse, what="target"))
    name = entry.read("name", partial(_name, registry))
    identity = entry.read("identity", _identity)
    set_name = entry.read("credentialSet", partial(_set_name, registry, sets, all_known))
    if entry.wrong or source is None:
        return None
    target = target or source.default_target()
    credential_set = sets.get(set_name.lower()) if set_name else None
    rule = DesiredRule(name or proving_name(source, target), source, target,
                       credential_set.name if credential_set else set_name, identity, name is not None, entry.place)
    try:
        check_form(rule)
        _check_sign_in(rule, credential_set)
    except UserError as error:
        entry.refuse(error)
        return None
    return rule


def _source(text: str) -> Source:
    return Source.parse(text).with_library()


def _name(registry: str, text: str) -> str:
    return check_rule_name(child_name(registry, text, "cacheRules", "cache rule"))


def _identity(text: str) -> str:
    if is_arm_id(text):
        identity = ArmId.parse(text)
        if identity.is_a(IDENTITY):
            return text.strip()
    raise UserError(f"'{text}' is not the ID of a user-assigned identity.",
                    Advice("See those that there are", AzLine.of("identity", "list").option("--query", "[].id")))


def _set_name(registry: str, sets: Sets, all_known: bool, text: str) -> str:
    name = child_name(registry, text, "credentialSets", "credential set")
    if name.lower() not in sets and all_known:
        known = ", ".join(sorted(sets)[:10])
        raise UserError(f"No credential set '{name}' is defined for this registry.",
                        "Add it to the registry's credentialSets" + (f", or name one of: {known}." if known else
                                                                     " with name and loginServer."))
    return name


def _check_sign_in(rule: DesiredRule, credential_set: DesiredCredentialSet | None) -> None:
    """Raises UserError where the rule can't sign in to its upstream as it is to."""
    login_server = rule.source.login_server
    if rule.identity and rule.credential_set:
        raise ExclusiveArguments("identity and credentialSet exclude one another: a rule signs in to its upstream in "
                                 "one way.", "For an Azure registry as the upstream keep identity.")
    if rule.identity and not is_azure_registry(login_server):
        raise UserError(f"identity works for an Azure registry as the upstream only, not for '{login_server}'.",
                        "Name a credentialSet instead.")
    if credential_set and credential_set.login_server != login_server:
        raise UserError(f"The credential set '{credential_set.name}' logs in to '{credential_set.login_server}', and "
                        f"the source is on '{login_server}' ({credential_set.place}).",
                        f"Name a credential set whose loginServer is {login_server}.")
    if refuses_anonymous_rules(login_server) and not rule.credential_set:
        upstream = find_upstream(login_server)
        raise UserError(f"{upstream.title if upstream else login_server} takes no rules without a credential set.",
                        f"Add one for loginServer {login_server} to credentialSets, and name it in credentialSet.")
