"""From images to the report on their pulls: for `verify pull`, and for `bootstrap create --verify-tag`."""
from __future__ import annotations

from knack.log import get_logger

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.domain.checks.pull import pull_questions
from azext_acrcache.domain.image_references import ImageReference
from azext_acrcache.domain.observed import Snapshot
from azext_acrcache.domain.plan import Plan, Step
from azext_acrcache.domain.planned_rules import RuleProposals
from azext_acrcache.domain.pulls import Pull, WantedPull
from azext_acrcache.domain.resolve import RuleIndex, source_of
from azext_acrcache.engine.executor import Executor
from azext_acrcache.engine.outcome import DONE
from azext_acrcache.engine.progress import Progress
from azext_acrcache.engine.verdict import Verdict, judge, verdict_of
from azext_acrcache.verify.caller import caller_of, sign_in
from azext_acrcache.verify.puller import Puller
from azext_acrcache.verify.upstream_doors import UpstreamDoors

logger = get_logger(__name__)


def wanted_pulls(asked: list[tuple[str, ImageReference]], snapshot: Snapshot, platforms: tuple[str, ...] = ()
                 ) -> list[WantedPull]:
    """Where in the registry each image is: as it is written, or where a rule puts the upstream's image."""
    index = RuleIndex(snapshot.rules, snapshot.registry.login_server)
    found = {}
    for text, image in asked:
        wanted = _wanted(text, image, index, snapshot.registry.login_server, platforms)
        found.setdefault(wanted.reference, wanted)
    return list(found.values())


def _wanted(text: str, image: ImageReference, index: RuleIndex, login_server: str, platforms: tuple[str, ...]
            ) -> WantedPull:
    repository, rule = image.repository, index.serving(image.repository)
    if image.login_server != login_server and (image.login_server or rule is None):
        # An upstream's own name, or Docker's short one where the registry has nothing of that name.
        resolved = index.resolve(image)
        if resolved.rule:
            repository, rule = resolved.repository, resolved.rule
        elif image.login_server:
            return WantedPull(text, image, repository, f"{image.upstream}{image.version or ':latest'}", unserved=True)
    upstream = source_of(rule, repository) if rule else None
    version = image.version or ":latest"
    return WantedPull(text, image, repository, f"{login_server}/{repository}{version}", rule, upstream, platforms)


class PullReport:
    """:param timeout: seconds to wait for the registry to import what it serves from the upstream.
    :ivar unanswered: whether the registry said nothing of some image.
    """

    def __init__(self, cmd, azure: Azure, snapshot: Snapshot, timeout: float):
        self._cmd, self._azure, self._snapshot, self._timeout = cmd, azure, snapshot, timeout
        self._content = azure.content_of(snapshot.registry)
        self.unanswered = False

    def of(self, wanted: list[WantedPull]) -> tuple[Verdict, dict]:
        """The report, with `unanswered` pulls as skips. Raises Unreachable where the registry can't be reached at
        all."""
        registry = self._snapshot.registry
        signed_in = sign_in(self._content)
        pulls = self._pull(wanted) if signed_in.ok else [Pull(one, ()) for one in wanted]
        self.unanswered = any(pull.unanswered for pull in pulls)
        proposals = RuleProposals(registry, self._snapshot.rules, self._snapshot.credential_sets)
        verdict = verdict_of(judge(pull_questions(registry, signed_in, pulls, caller_of(self._content), proposals)))
        return verdict, verdict.to_report(str(registry.id), pulls=[pull.to_report() for pull in pulls])

    def _pull(self, wanted: list[WantedPull]) -> list[Pull]:
        doors = UpstreamDoors(self._azure, self._snapshot.registry, self._snapshot.credential_sets)
        opened = doors.open(one.rule for one in wanted if one.rule and not one.image.digest)
        progress = Progress(self._cmd.cli_ctx.only_show_errors, logger.warning)
        plan = Plan.of(Step(f"pull:{one.reference}", f"pull of '{one.reference}'", one) for one in wanted)
        executor = Executor(plan, Puller(self._content, doors, opened), progress, self._timeout)
        try:
            endings = executor.run()
        finally:
            progress.close()
        if executor.interrupted:
            from azure.cli.core.azclierror import ManualInterrupt
            raise ManualInterrupt("Interrupted. Nothing was changed.")
        return [_pull_in(endings[step.key]) for step in plan.steps]


def _pull_in(ending) -> Pull:
    if ending.error is not None:
        raise ending.error
    found = ending.done.value if ending.state == DONE else ending.found
    if not isinstance(found, Pull):
        raise RuntimeError(f"a pull ended without having been seen: {ending.reason}")
    return found
