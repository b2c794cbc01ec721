"""`az acrcache verify resolve`: which rule serves an image, and what to write instead of it."""
from __future__ import annotations

from knack.log import get_logger

from azext_acrcache.in_az_terms import exit_after_report, in_az_terms

logger = get_logger(__name__)


@in_az_terms
def resolve_images(cmd, registry_name, image=None, images=None, source_repo=None, target_repo=None,
                   resource_group_name=None):
    from azext_acrcache.adapters.azure import Azure
    from azext_acrcache.domain.place import place_of
    from azext_acrcache.domain.planned_rules import RuleProposals
    from azext_acrcache.domain.resolve import RuleIndex
    from azext_acrcache.engine.verdict import FAILED_CHECKS
    from azext_acrcache.survey import Survey
    from azext_acrcache.verify.images_asked import images_from
    from azext_acrcache.verify.planned import planned_rules

    planned = planned_rules(source_repo, target_repo)
    asked = images_from(image, images) if image or images or not planned else []
    azure = Azure(cmd.cli_ctx)
    snapshot = Survey(azure, place_of(registry_name, resource_group_name)).for_resolve(
        [rule.target for rule in planned])
    registry = snapshot.registry
    index = RuleIndex(snapshot.rules, registry.login_server)
    proposals = RuleProposals(registry, snapshot.rules, snapshot.credential_sets)
    answers = [_planned(rule, snapshot) for rule in planned]
    answers += [_answer(text, index.resolve(one), registry, proposals) for text, one in asked]
    if any(answer["rule"] is None for answer in answers):
        exit_after_report(cmd, FAILED_CHECKS)
    return answers


def _answer(text, found, registry, proposals):
    version = found.image.version
    if found.rule is None:
        return {"image": text, "rule": None, "source": None, "reference": None,
                "upstreamReference": f"{found.upstream}{version}", "note": proposals.line(found.upstream)}
    return {"image": text, "rule": found.rule.name, "source": str(found.rule.source),
            "reference": f"{registry.login_server}/{found.repository}{version}",
            "upstreamReference": f"{found.upstream}{version}", "note": found.note}


def _planned(rule, snapshot):
    """As an image's entry, with the planned rule's own name; None instead of it where Azure would refuse the rule."""
    from azext_acrcache.domain.refusal import Refusal
    from azext_acrcache.verify.planned import named_apart, note_on
    rule = named_apart(rule, snapshot)
    try:
        name, note = rule.name, note_on(rule, snapshot)
    except Refusal as refusal:
        name, note = None, refusal.message
    return {"image": str(rule.source), "rule": name, "source": str(rule.source),
            "reference": f"{snapshot.registry.login_server}/{rule.target}", "upstreamReference": str(rule.source),
            "note": note}
