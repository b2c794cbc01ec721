"""Which rule serves an image, the exact reference to write instead, and whether a planned rule would collide."""
from __future__ import annotations

from typing import Sequence

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.cli.command_line import line_context
from azext_acrcache.cli.exit_codes import ExitCode, exit_after_report
from azext_acrcache.cli.images_argument import Meaning
from azext_acrcache.domain.guidance.rule_proposals import RuleProposals
from azext_acrcache.domain.plan.planned_rules import named_apart, note_on
from azext_acrcache.domain.state.desired import DesiredRule
from azext_acrcache.domain.state.observed import Registry
from azext_acrcache.domain.state.rule_index import Resolution, RuleIndex
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values.errors import NotKnown, UserError
from azext_acrcache.domain.values.registry_ref import registry_ref
from azext_acrcache.observe.resolve import observe_rules


def resolve(cmd, registry: str, group: str | None, references: Sequence[tuple[str, Meaning]],
            planned: Sequence[DesiredRule]) -> list[dict]:
    """The contract's entries: planned rules, then images as they were written, with what they mean.

    A reference that can't be read is answered in its place with what is wrong, and the command ends with 1. Raises
    NotKnown where the rules can't be seen.
    """
    snapshot = observe_rules(Azure(cmd.cli_ctx), registry_ref(registry, group), [rule.target for rule in planned])
    if snapshot.unseen_rules:
        raise NotKnown(f"Which cache rule serves an image can't be told. {snapshot.unseen_rules.reason.rstrip('.')}.",
                       "Run the command again." if snapshot.unseen_rules.silent else
                       "Ask for a role that includes Microsoft.ContainerRegistry/registries/cacheRules/read, such as "
                       f"Container Registry Cache Rule Reader, on the registry '{snapshot.registry.name}'.")
    index = RuleIndex(snapshot.rules, snapshot.registry.login_server)
    proposals = RuleProposals(snapshot.registry, snapshot.rules, snapshot.credential_sets, line_context(cmd))
    entries = [_planned(rule, snapshot) for rule in planned]
    entries += [_unread(text, meaning) if isinstance(meaning, UserError)
                else _entry(text, index.resolve(meaning), snapshot.registry, proposals)
                for text, meaning in references]
    if any(isinstance(meaning, UserError) for _, meaning in references):
        exit_after_report(cmd, ExitCode.FAILED)
    elif any(entry["rule"] is None for entry in entries):
        exit_after_report(cmd, ExitCode.FINDINGS)
    return entries


def _unread(text: str, error: UserError) -> dict:
    return {"image": text, "rule": None, "source": None, "reference": None, "upstreamReference": None,
            "note": error.message}


def _entry(text: str, resolution: Resolution, registry: Registry, proposals: RuleProposals) -> dict:
    version = resolution.image.version
    if resolution.rule is None:
        return {"image": text, "rule": None, "source": None, "reference": None,
                "upstreamReference": f"{resolution.upstream}{version}", "note": proposals.line(resolution.upstream)}
    return {"image": text, "rule": resolution.rule.name, "source": str(resolution.rule.source),
            "reference": f"{registry.login_server}/{resolution.repository}{version}",
            "upstreamReference": f"{resolution.upstream}{version}", "note": resolution.note}


def _planned(rule: DesiredRule, snapshot: RegistrySnapshot) -> dict:
    """As an image's entry, with the planned rule's own name; None instead of it where Azure would refuse the rule."""
    rule = named_apart(rule, snapshot)
    try:
        name, note = rule.name, note_on(rule, snapshot)
    except UserError as error:
        name, note = None, error.message
    return {"image": str(rule.source), "rule": name, "source": str(rule.source),
            "reference": f"{snapshot.registry.login_server}/{rule.target}", "upstreamReference": str(rule.source),
            "note": note}
