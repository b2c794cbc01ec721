"""What a pull through the cache showed, as checks: sign-in, right, manifest, cached, fresh.

Sources: OCI distribution specification 1.1, Azure/acr issues 599, 754, 772 and 892 (whose refusal it is),
wildcards-artifact-cache and artifact-cache-overview (when a changed tag is noticed).
"""
from __future__ import annotations

import re
from functools import partial
from typing import Iterable

from azext_acrcache.domain.checks.check import Answer, Question, failed, key_of, not_told, passed, skipped, warned
from azext_acrcache.domain.checks.pull_fixes import PullFixes
from azext_acrcache.domain.checks.sign_in import Caller, SignIn, client_address, refused_sign_in
from azext_acrcache.domain.guidance.az_lines import LineContext
from azext_acrcache.domain.guidance.error_texts.explain import explain
from azext_acrcache.domain.guidance.fix import Fix
from azext_acrcache.domain.guidance.rule_proposals import RuleProposals
from azext_acrcache.domain.state.known import Unknown
from azext_acrcache.domain.state.observed import Registry
from azext_acrcache.domain.state.pull_probe import ManifestAnswer, PullProbe, UnreadImage, is_of_upstream
from azext_acrcache.domain.values.login_servers import same_registry
from azext_acrcache.domain.values.registry_modes import ABAC
from azext_acrcache.domain.values.upstreams import DOCKER_HUB


def pull_questions(registry: Registry, sign_in: SignIn, probes: Iterable[PullProbe], caller: Caller,
                   proposals: RuleProposals, lines: LineContext = LineContext()) -> list[Question]:
    """:param probes: of their targets alone where the sign-in failed. :param lines: what every line of a fix keeps."""
    fixes = PullFixes(registry, proposals, lines)
    login = Question("pull/login", registry.login_server, partial(_login, registry, sign_in, lines))
    questions = [login]
    for probe in probes:
        subject = probe.target.reference
        manifest = Question("pull/manifest", subject, partial(_manifest, registry, probe, fixes),
                            (key_of("pull/authorized", subject),))
        questions += [
            Question("pull/authorized", subject, partial(_authorized, registry, probe, caller, fixes), (login.key,)),
            manifest,
            Question("pull/cached", subject, partial(_cached, registry, probe, fixes), (manifest.key,)),
            Question("pull/fresh", subject, partial(_fresh, probe), (manifest.key,))]
    return questions


def unread_questions(images: Iterable[UnreadImage]) -> list[Question]:
    """Of images that were named and can't be asked for: a skip each, so that the report is not all well."""
    return [Question("pull/manifest", image.text, partial(skipped, image.problem, unanswered=True)) for image in images]


def _login(registry: Registry, sign_in: SignIn, lines: LineContext) -> Answer:
    if sign_in.ok:
        return passed(f"The registry '{registry.login_server}' takes the caller's Entra token.")
    return refused_sign_in(registry, sign_in, lines)


def _authorized(registry: Registry, probe: PullProbe, caller: Caller, fixes: PullFixes) -> Answer:
    repository = probe.target.repository
    if probe.unanswered:
        # Whatever the reason: it was all that was asked.
        return skipped(f"The registry did not answer for '{probe.target.reference}': {probe.unanswered.reason}",
                       unanswered=True)
    if probe.target.unserved:
        return passed("Not asked, since no cache rule serves the image.")
    if probe.authorized:
        return passed(f"The registry's token allows {', '.join(probe.granted)} on '{repository}'.")
    roles = "Container Registry Repository Reader" if registry.mode == ABAC else "AcrPull"
    message = (f"The registry gave a token without the right to pull '{repository}'. The caller has no role there that "
               f"counts in the registry's mode, such as {roles}, or has had it for less than ten minutes.")
    if not caller.object_id:
        return failed(message)
    return failed(message, fixes.pull_role(caller.object_id, caller.principal_type, repository))


def _manifest(registry: Registry, probe: PullProbe, fixes: PullFixes) -> Answer:
    reply, reference = probe.manifest, probe.target.reference
    if reply is None:
        return skipped("Nothing was asked of the registry.")
    if not reply.ok:
        return _refused(registry, probe, reply, f"'{reference}'", fixes)
    if probe.refused_platform:
        platform, reply = probe.refused_platform
        answer = _refused(registry, probe, reply, f"the {platform.name} image of '{reference}' ({platform.digest})",
                          fixes)
        return failed(f"The registry serves the index of '{reference}' and not all that it names. "
                      f"{answer.message}", *answer.fix)
    if probe.missing_platforms:
        return failed(f"'{reference}' has no image for {', '.join(probe.missing_platforms)}.")
    names = ", ".join(platform.name for platform, _ in probe.platforms)
    return passed(f"'{reference}' is {reply.digest}" + (f", for {names}." if names else "."))


def _refused(registry: Registry, probe: PullProbe, reply: ManifestAnswer, what: str, fixes: PullFixes) -> Answer:
    """Whose refusal it is decides what fixes it; the texts are those of `verify explain`."""
    rule, known = probe.target.rule, explain(reply.message)
    said = f" ({reply.status}: {reply.message})" if reply.message else f" ({reply.status})"
    if is_of_upstream(reply):
        cause = _cause(known.cause, probe) if known else \
            "The upstream failed while the registry drew the image from it."
        return failed(f"The upstream did not give {what}: {cause}{said}", *fixes.verified_upstream(probe))
    if reply.status == 404 and rule:
        return failed(f"Neither the registry nor '{probe.target.upstream}' has "
                      f"{what}{said}.", *fixes.verified_upstream(probe))
    if reply.status == 404 and probe.target.unseen_rules:
        return not_told(probe.target.unseen_rules, f"The registry does not hold {what}{said}, and whether a cache rule "
                                                   "is to fill it can't be told: ")
    if probe.target.unserved:
        return failed(f"No cache rule of the registry '{registry.name}' serves {what}.",
                      fixes.rule_for(probe.target.image.upstream))
    if reply.status == 404:
        named_here = same_registry(probe.target.image.login_server or "", registry.login_server)
        fix = [] if named_here else [fixes.rule_for(probe.target.image.upstream)]
        return failed(f"The registry does not hold {what}, and no cache rule serves it{said}.", *fix)
    if reply.status == 429:
        return failed(f"The registry itself has had too many requests{said}; this is not the upstream's limit. Its "
                      "tier decides how many it takes.")
    if reply.status == 403:
        return failed(f"The registry's network rules keep the caller away from {what}{said}.",
                      *fixes.network(client_address(reply.message)))
    if reply.status == 401:
        return failed(f"The registry refused {what}, although its token allows it{said}: a token from before a change "
                      "of the registry's mode, or a fault of the service.",
                      fixes.new_sign_in())
    return failed(f"The registry failed on {what}{said}." + (f" {known.cause}" if known else ""))


def _cause(cause: str, probe: PullProbe) -> str:
    """Without the sentences on official images where the upstream is another than Docker Hub, which alone has them."""
    upstream = probe.target.upstream
    if upstream is None or upstream.login_server == DOCKER_HUB:
        return cause
    return " ".join(sentence for sentence in re.split(r"(?<=\.) ", cause) if "library/" not in sentence)


def _cached(registry: Registry, probe: PullProbe, fixes: PullFixes) -> Answer:
    reference = probe.target.reference
    if probe.manifest is None or not probe.manifest.ok:
        return skipped("Nothing was served.")
    if not probe.proxied:
        return passed(f"The registry serves '{reference}' itself."
                      + ("" if probe.target.rule or probe.target.unseen_rules else " No cache rule fills it."))
    still = [platform.name for platform, reply in probe.platforms if reply.proxied]
    parts = f" ({', '.join(still)})" if still and not probe.manifest.proxied else ""
    return warned(f"'{reference}' works, but still comes from the upstream at each pull{parts}: the registry has not "
                  "imported it in this time. Wait longer with --timeout; if it never does, the registry's network "
                  "rules may keep its own service out.", *_bypass(registry, fixes))


def _bypass(registry: Registry, fixes: PullFixes) -> list[Fix]:
    """A restricted registry fills its cache only with the bypass for Azure services (artifact-cache-cli)."""
    if (registry.properties.get("networkRuleBypassOptions") or "AzureServices").lower() == "azureservices":
        return []
    return [fixes.trusted_services()]


def _fresh(probe: PullProbe) -> Answer:
    if probe.manifest is None or not probe.manifest.ok:
        return skipped("Nothing was served.")
    if probe.target.image.digest:
        return passed(f"'{probe.target.reference}' is named by its digest, which never means another image.")
    if isinstance(probe.upstream_digest, Unknown):
        # Cached images are there for the time when the upstream gives no answer: that is no fault of the pull.
        return skipped(f"The upstream could not be compared with: {probe.upstream_digest.reason}.")
    if probe.stale:
        return warned(f"'{probe.target.reference}' is {probe.manifest.digest} in the registry and "
                      f"{probe.upstream_digest.value} upstream. A changed tag is noticed within five minutes; if it "
                      "stays so, delete the tag's old image in the registry.")
    return passed(f"'{probe.target.reference}' is what the upstream has now.")
