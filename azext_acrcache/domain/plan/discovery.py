"""From the images that files name, and the rules that a registry has, to the manifest that they need."""
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Iterable, Mapping, Optional, Sequence

from azext_acrcache.domain.guidance.az_lines import Advice, AzLine
from azext_acrcache.domain.guidance.image_imports import is_loopback
from azext_acrcache.domain.plan.discovered_rules import MIRROR, Holder, NewRules, RuleStyle, mirror_target, new_rules
from azext_acrcache.domain.plan.discovered_sets import SignIns, VaultChoice, sign_ins
from azext_acrcache.domain.plan.export_rules import exported_rules
from azext_acrcache.domain.state.desired import DesiredCredentialSet, DesiredRegistry, DesiredRule
from azext_acrcache.domain.state.observed import Rule
from azext_acrcache.domain.state.rule_index import Resolution, RuleIndex
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.image_references import ImageReference
from azext_acrcache.domain.values.image_uses import ImageUse
from azext_acrcache.domain.values.registry_ref import RegistryRef
from azext_acrcache.domain.values.repositories import RepositoryPattern, Source
from azext_acrcache.domain.values.upstreams import canonical_login_server, find_upstream

# For a target the repository that holds its place, None where there is none; a target not looked for is missing.
Occupied = Mapping[RepositoryPattern, Optional[str]]

SERVED, RULE, IMPORT, UNSUPPORTED, OWN, UNRESOLVED = "served", "rule", "import", "unsupported", "own", "unresolved"


@dataclass(frozen=True)
class DiscoveredImage:
    """An image as it is written somewhere, with all places that write it so.

    :ivar meaning: None where it can't be told. :ivar rule: of the one that serves it, or that will: name and source.
    :ivar repository: in the registry; None without a rule. :ivar note: what a reader should know; else empty.
    """

    text: str
    uses: tuple[ImageUse, ...]
    status: str
    meaning: ImageReference | None = None
    rule: Rule | DesiredRule | None = None
    repository: str | None = None
    note: str = ""

    @property
    def sure(self) -> bool:
        return any(use.sure for use in self.uses)


@dataclass(frozen=True)
class Discovery:
    """:ivar images: in the order in which they were named first. :ivar desired: what the registry is to hold for them.
    :ivar without_vault: login servers that demand credentials, have no set and no vault to make one with.
    :ivar notes: a sentence each."""

    images: tuple[DiscoveredImage, ...]
    desired: DesiredRegistry
    without_vault: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class DiscoveryPlan:
    """What is known of the images before it is known what stands in the place of new targets.

    :param snapshot: None where no registry was named. :param likely: whether all that looks like an image counts.
    """

    def __init__(self, uses: Iterable[ImageUse], snapshot: RegistrySnapshot | None, style: RuleStyle = RuleStyle(),
                 likely: bool = False):
        self._snapshot, self._style = snapshot, style
        self._index = RuleIndex(snapshot.rules, snapshot.registry.login_server) if snapshot else None
        self._out_of_reach: dict[str, str] = {}
        by_text: dict[str, list[ImageUse]] = {}
        for use in uses:
            by_text.setdefault(use.text, []).append(use)
        self._images = [self._look_at(text, tuple(places), likely) for text, places in by_text.items()]

    def targets(self, occupied: Occupied | None = None) -> list[RepositoryPattern]:
        """Those of the new rules, to be looked for in the registry. :param occupied: what is known already."""
        return [rule.target for rule in self._new_rules(occupied or {}).rules]

    def discovery(self, ref: RegistryRef, vault: VaultChoice | None = None,
                  occupied: Occupied | None = None) -> Discovery:
        """Raises UserError where no target is left for a repository. :param occupied: as in `RegistrySnapshot`."""
        rules = self._new_rules(occupied or {})
        if rules.errors:
            raise rules.errors[0]
        signed = sign_ins(rules.rules, self._snapshot, vault)
        kept, sets, notes = self._kept(signed)
        planned = _PlannedRules(signed.rules)
        images = tuple(planned.of(image) if image.status == RULE else image for image in self._images)
        desired = DesiredRegistry(ref, (*kept, *signed.rules), sets)
        return Discovery(images, desired, signed.without_vault, (*rules.notes, *signed.notes, *notes))

    def check_layout(self) -> None:
        """Raises UserError where the layout is that of mirrors and an image is served by a rule with another target:
        no rule's target can be changed, and a mirror would look elsewhere."""
        if self._style.layout != MIRROR:
            return
        others = [rule for rule in self.serving_rules() if mirror_target(rule.source.with_library()) != rule.target]
        if others:
            told = ", ".join(f"'{rule.name}' ({rule.target})" for rule in others[:10])
            line = AzLine.of("acrcache", "bootstrap", "delete").registry(others[0].id.parent)
            raise UserError("--layout mirror does not go with the rules that serve images already under targets "
                            f"without their host: {told}{' and others' if len(others) > 10 else ''}.",
                            "Leave --layout out, so that they are taken over as they stand.",
                            Advice("Or delete them first", line.option("--name", *(rule.name for rule in others))))

    def serving_rules(self) -> list[Rule]:
        """Those that exist and serve an image, by name."""
        rules = {image.rule.name: image.rule for image in self._images if isinstance(image.rule, Rule)}
        return [rules[name] for name in sorted(rules, key=str.lower)]

    def _look_at(self, text: str, uses: tuple[ImageUse, ...], likely: bool) -> DiscoveredImage:
        open_use = next((use for use in uses if use.problem and use.sure), next(
            (use for use in uses if use.problem), None))
        if open_use:
            return DiscoveredImage(text, uses, UNRESOLVED, note=open_use.problem)
        try:
            meaning = ImageReference.parse(text)
        except UserError as error:
            return DiscoveredImage(text, uses, UNRESOLVED, note=error.message.rstrip("."))
        if self._index and self._index.is_own(meaning.login_server):
            resolution = self._index.resolve(meaning)
            return DiscoveredImage(text, uses, OWN, meaning, resolution.rule, meaning.repository)
        resolution = self._index.resolve(meaning) if self._index else Resolution(meaning, None, None, meaning.upstream)
        if resolution.rule:
            return DiscoveredImage(text, uses, SERVED, meaning, resolution.rule, resolution.repository,
                                   resolution.note or "")
        host = resolution.upstream.login_server
        # Thousands of images name few hosts.
        if host not in self._out_of_reach:
            self._out_of_reach[host] = UNSUPPORTED if is_loopback(host) else "" if find_upstream(host) else IMPORT
        if self._out_of_reach[host]:
            return DiscoveredImage(text, uses, self._out_of_reach[host], meaning,
                                   note=f"no registry reaches {host}" if is_loopback(host) else "")
        if not any(use.sure or use.counts or likely for use in uses):
            return DiscoveredImage(text, uses, UNRESOLVED, meaning,
                                   note="it may be no image; --likely makes a rule for it")
        return DiscoveredImage(text, uses, RULE, meaning)

    def _new_rules(self, occupied: Occupied) -> NewRules:
        repositories = {image.meaning.upstream for image in self._images if image.status == RULE and image.meaning}

        def holder(target: RepositoryPattern) -> Holder | None:
            return self._holder(target, occupied)

        return new_rules(repositories, self._style, holder)

    def _holder(self, target: RepositoryPattern, occupied: Occupied) -> Holder | None:
        if self._snapshot is None or self._index is None:
            return None
        held = occupied.get(target)
        if held:
            return Holder(f"the registry holds the repository '{held}'")
        other = self._snapshot.targets.first_colliding(target)
        if other:
            return Holder(f"the rule '{other.name}' has '{other.target}'")
        around = None if target.wildcard else self._index.serving(target.path)
        return Holder(f"the rule '{around.name}' fills '{around.target}'", True) if around else None

    def _kept(self, signed: SignIns) -> tuple[tuple[DesiredRule, ...], tuple[DesiredCredentialSet, ...],
                                              tuple[str, ...]]:
        """The rules that serve images as a manifest says them; all sets; what is left out."""
        if self._snapshot is None:
            return (), signed.sets, ()
        rules = self.serving_rules()
        known = {each.name.lower(): each.login_server for each in self._snapshot.credential_sets}
        sets = {each.name.lower(): each for each in signed.sets}
        for rule in rules:
            if rule.credential_set and rule.credential_set.parent == self._snapshot.registry.id:
                name = rule.credential_set.name
                host = canonical_login_server(known.get(name.lower(), rule.source.login_server))
                sets.setdefault(name.lower(), DesiredCredentialSet(name, host))
        kept, notes = exported_rules(replace(self._snapshot, rules=tuple(rules)), sets.values())
        return kept, tuple(sorted(sets.values(), key=lambda each: each.name.lower())), notes


class _PlannedRules:
    """Which new rule an image gets; each question costs the depth of a path."""

    def __init__(self, rules: Sequence[DesiredRule]):
        self._by_source = {rule.source: rule for rule in rules}

    def of(self, image: DiscoveredImage) -> DiscoveredImage:
        upstream = image.meaning.upstream if image.meaning else None
        rule = self._serving(upstream) if upstream else None
        if upstream is None or rule is None:
            return image
        rest = rule.source.repository.below(upstream.repository.path)
        repository = rule.target.path if rest is None else rule.target.fill(rest)
        return DiscoveredImage(image.text, image.uses, RULE, image.meaning, rule, repository, image.note)

    def _serving(self, upstream: Source) -> DesiredRule | None:
        if upstream in self._by_source:
            return self._by_source[upstream]
        path = upstream.repository.path
        while path:
            path = path.rpartition("/")[0]
            prefix = Source(upstream.login_server, RepositoryPattern(path, True))
            if prefix in self._by_source:
                return self._by_source[prefix]
        return None
