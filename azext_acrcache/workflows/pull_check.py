"""From images to the report on their pulls: for `verify pull`, and for `bootstrap create --verify-tag`."""
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Sequence

from knack.log import get_logger

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.cli.command_line import line_context
from azext_acrcache.cli.exit_codes import ExitCode, exit_after_report, verify_exit_code
from azext_acrcache.cli.images_argument import Meaning
from azext_acrcache.domain.checks.pull import pull_questions, unread_questions
from azext_acrcache.domain.checks.verdict import Verdict, judge, verdict_of
from azext_acrcache.domain.guidance.az_lines import Advice, AzLine
from azext_acrcache.domain.guidance.rule_proposals import RuleProposals
from azext_acrcache.domain.plan.keys import PULL, ResourceKey
from azext_acrcache.domain.plan.step import Plan, Step
from azext_acrcache.domain.state.pull_probe import PullProbe, PullTarget, UnreadImage
from azext_acrcache.domain.state.rule_index import RuleIndex, source_of
from azext_acrcache.domain.state.secret_deliveries import secret_deliveries
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.image_references import ImageReference
from azext_acrcache.domain.values.login_servers import RegistryHost, same_registry
from azext_acrcache.domain.values.registry_ref import registry_ref
from azext_acrcache.engine.executor import Executor
from azext_acrcache.engine.outcome import StepResult
from azext_acrcache.engine.progress import Progress
from azext_acrcache.observe.caller import caller_of, sign_in
from azext_acrcache.observe.pull import PullProber
from azext_acrcache.observe.resolve import observe_rules
from azext_acrcache.observe.upstream_sessions import UpstreamSessions

logger = get_logger(__name__)


def verify_pull(cmd, registry: str, group: str | None, images: list[tuple[str, Meaning]],
                platforms: tuple[str, ...], *, timeout: float, fail_on: str) -> dict:
    """The contract's report. Raises UserError, ServiceUnreachable, ServiceError.

    An image that can't be read or is another registry's does not stop the others; the command then ends with 1.

    :param images: as written, with what they mean. :param timeout: seconds from now on to wait for the registry to
        import them, and for services that ask for a pause.
    """
    azure = Azure(cmd.cli_ctx)
    azure.session.patience(timeout)
    snapshot = observe_rules(azure, registry_ref(registry, group))
    targets = pull_targets(images, snapshot, platforms)
    check = PullCheck(cmd, azure, snapshot).of(targets)
    unread = any(isinstance(target, UnreadImage) for target in targets)
    exit_after_report(cmd, ExitCode.FAILED if unread else verify_exit_code(check.verdict, fail_on))
    return check.report


def pull_targets(images: Sequence[tuple[str, Meaning]], snapshot: RegistrySnapshot,
                 platforms: tuple[str, ...] = ()) -> list[PullTarget | UnreadImage]:
    """Where in the registry each image is: as it is written, or where a rule puts the upstream's image. Each once.

    Raises UserError where the only image is another registry's.
    """
    index = RuleIndex(snapshot.rules, snapshot.registry.login_server)
    unseen = snapshot.unseen_rules
    targets: dict[str, PullTarget | UnreadImage] = {}
    for text, meaning in images:
        if not isinstance(meaning, UserError):
            target = _target(text, meaning, index, snapshot.registry.login_server, platforms)
            if target.unserved and unseen:
                targets.setdefault(text, UnreadImage(text, f"Where the registry has '{text}' can't be told. "
                                                           f"{unseen.reason.rstrip('.')}."))
                continue
            if not (target.unserved and RegistryHost.parse(meaning.login_server or "")):
                targets.setdefault(target.reference, replace(target, unseen_rules=unseen))
                continue
            meaning = _of_another_registry(text, meaning, snapshot.registry.login_server)
            if len(images) == 1:
                raise meaning
        targets.setdefault(text, UnreadImage(text, meaning.message))
    return list(targets.values())


def _of_another_registry(text: str, image: ImageReference, login_server: str) -> UserError:
    host = RegistryHost.parse(image.login_server or "")
    name = host.name if host else image.login_server
    return UserError(f"The image '{text}' is in the registry '{image.login_server}', not in '{login_server}', which "
                     "has no cache rule for it.",
                     Advice("Pull it there", AzLine.of("acrcache", "verify", "pull").option("--registry", name)
                            .option("--image", text)))


def _target(text: str, image: ImageReference, index: RuleIndex, login_server: str, platforms: tuple[str, ...]
            ) -> PullTarget:
    repository, rule = image.repository, index.serving(image.repository)
    named_here = image.login_server is not None and same_registry(image.login_server, login_server)
    if not named_here and (image.login_server or rule is None):
        # An upstream's own name, or Docker's short one where the registry has nothing of that name.
        resolved = index.resolve(image)
        if resolved.rule:
            repository, rule = resolved.repository or repository, resolved.rule
        elif image.login_server:
            return PullTarget(text, image, repository, f"{image.upstream}{image.version or ':latest'}", unserved=True)
    upstream = source_of(rule, repository) if rule else None
    version = image.version or ":latest"
    return PullTarget(text, image, repository, f"{login_server}/{repository}{version}", rule, upstream, platforms)


@dataclass(frozen=True)
class PullCheckResult:
    """:ivar report: the contract's, of this verdict."""

    verdict: Verdict
    report: dict


class PullCheck:
    """:param azure: whose patience is set: the registry gets what is left of it to import from the upstream."""

    def __init__(self, cmd, azure: Azure, snapshot: RegistrySnapshot):
        self._cmd, self._azure, self._snapshot = cmd, azure, snapshot
        self._content = azure.content_of(snapshot.registry)

    def of(self, named: Sequence[PullTarget | UnreadImage]) -> PullCheckResult:
        """Raises ServiceUnreachable where the registry can't be reached at all, ServiceError where it takes no
        requests at the moment, KeyboardInterrupt where it was cut off."""
        registry = self._snapshot.registry
        targets = [target for target in named if isinstance(target, PullTarget)]
        signed_in = sign_in(self._content)
        probes = self._probes(targets) if signed_in.ok else [PullProbe(target) for target in targets]
        context = line_context(self._cmd)
        proposals = RuleProposals(registry, self._snapshot.rules, self._snapshot.credential_sets, context)
        questions = [*pull_questions(registry, signed_in, probes, caller_of(self._content), proposals, context),
                     *unread_questions(target for target in named if isinstance(target, UnreadImage))]
        verdict = verdict_of(judge(questions))
        by_target = {id(probe.target): probe for probe in probes}
        pulls = [target.to_report() if isinstance(target, UnreadImage) else by_target[id(target)].to_report()
                 for target in named]
        return PullCheckResult(verdict, verdict.to_report(str(registry.id), pulls=pulls))

    def _probes(self, targets: list[PullTarget]) -> list[PullProbe]:
        registry = self._snapshot.registry
        compared = [target.rule for target in targets if target.rule and not target.image.digest]
        # Only whoever runs `verify upstream` is asked; here the comparison with the upstream does without.
        unsent = {(delivery.credential_set.id, delivery.login_server):
                  f"its credentials are not sent, since {'; '.join(delivery.doubts)} "
                  "(`az acrcache verify upstream` asks)"
                  for delivery in secret_deliveries(compared, self._snapshot.credential_sets) if delivery.doubts}
        sessions = UpstreamSessions(self._azure, registry, self._snapshot.credential_sets, unsent,
                                    self._snapshot.unseen_sets)
        opened = sessions.open(compared)
        progress = Progress(self._cmd.cli_ctx.only_show_errors, logger.warning)
        plan = Plan.of(Step(ResourceKey.of(registry.id, PULL, target.reference), f"pull of '{target.reference}'",
                            target) for target in targets)
        executor = Executor(plan, PullProber(self._content, sessions, opened), progress,
                            self._azure.session.time_left())
        try:
            results = executor.run()
        finally:
            progress.close()
        if executor.interrupted:
            raise KeyboardInterrupt
        return [_probe_in(results[step.key]) for step in plan.steps]


def _probe_in(result: StepResult) -> PullProbe:
    if result.error is not None:
        raise result.error
    probe = result.value if result.done else result.observed
    if not isinstance(probe, PullProbe):
        raise RuntimeError(f"a pull ended without a probe: {result.reason}")
    return probe
