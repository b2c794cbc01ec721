"""What a pull through the cache showed, as checks: sign-in, right, manifest, cached, fresh."""
from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import Iterable

from azext_acrcache.domain.checks.check import Answer, Fix, Question, failed, key_of, passed, skipped, warned
from azext_acrcache.domain.guidance.error_texts.explain import explain
from azext_acrcache.domain.state.observed import Registry
from azext_acrcache.domain.values.registry_modes import ABAC
from azext_acrcache.domain.guidance.rule_proposals import RuleProposals
from azext_acrcache.domain.state.pull_probe import ManifestAnswer, PullProbe, is_of_upstream

_CLIENT_IP = re.compile(r"client with IP '([0-9a-fA-F.:]+)'")


@dataclass(frozen=True)
class Caller:
    """Who asks. `principal_type` is User or ServicePrincipal; `object_id` None where the token does not say."""

    object_id: str | None
    principal_type: str


@dataclass(frozen=True)
class SignIn:
    """How the registry took the caller's Entra token; `status` 200 where it did."""

    status: int
    code: str = ""
    message: str = ""

    @property
    def ok(self) -> bool:
        return self.status == 200


def pull_questions(registry: Registry, sign_in: SignIn, pulls: Iterable[PullProbe], caller: Caller, proposals: RuleProposals
                   ) -> list[Question]:
    """:param pulls: with nothing seen in them where the sign-in failed."""
    login = Question("pull/login", registry.login_server, lambda: _login(registry, sign_in))
    questions = [login]
    for pull in pulls:
        subject = pull.wanted.reference
        needs = (key_of("pull/manifest", subject),)
        questions += [
            Question("pull/authorized", subject, lambda pull=pull: _authorized(registry, pull, caller), (login.key,)),
            Question("pull/manifest", subject, lambda pull=pull: _manifest(registry, pull, proposals),
                     (key_of("pull/authorized", subject),)),
            Question("pull/cached", subject, lambda pull=pull: _cached(registry, pull), needs),
            Question("pull/fresh", subject, lambda pull=pull: _fresh(pull), needs)]
    return questions


def _login(registry: Registry, sign_in: SignIn) -> Answer:
    if sign_in.ok:
        return passed(f"The registry '{registry.login_server}' takes the caller's Entra token.")
    return failed(*why_not_signed_in(registry, sign_in))


def why_not_signed_in(registry: Registry, sign_in: SignIn) -> tuple:
    """One sentence and, behind it, what mends it. 403 here means network rules, never rights (acr/AAD-OAuth)."""
    if sign_in.status == 403:
        address = _CLIENT_IP.search(sign_in.message)
        return (f"The registry '{registry.login_server}' lets no request in from here"
                + (f" (address {address[1]})" if address else "") + f": {sign_in.message}",
                *network_fixes(registry, address[1] if address else None))
    return (f"The registry '{registry.login_server}' does not take the caller's Entra token ({sign_in.code}): "
            f"{sign_in.message} Most often the caller is signed in to another tenant than the registry's.",
            Fix(f"az account show --subscription {registry.id.subscription} --query tenantId", "nothing"))


def network_fixes(registry: Registry, address: str | None) -> list[Fix]:
    """Opens the registry to one address; public access has to be on for that."""
    name, needs = registry.name, f"Microsoft.ContainerRegistry/registries/write on {registry.name}"
    where = f"--subscription {registry.id.subscription}"
    fixes = []
    if (registry.properties.get("publicNetworkAccess") or "").lower() == "disabled":
        fixes.append(Fix(f"az acr update --name {name} {where} --public-network-enabled true --default-action "
                         "Deny", needs))
    if address:
        fixes.append(Fix(f"az acr network-rule add --name {name} {where} --ip-address {address}", needs))
    return fixes


def _authorized(registry: Registry, pull: PullProbe, caller: Caller) -> Answer:
    repository = pull.wanted.repository
    if pull.unanswered:
        return skipped(f"The registry did not answer for '{pull.wanted.reference}': {pull.unanswered}")
    if pull.wanted.unserved:
        return passed("Not asked, since no cache rule serves the image.")
    if pull.authorized:
        return passed(f"The registry's token allows {', '.join(pull.granted)} on '{repository}'.")
    roles = "Container Registry Repository Reader" if registry.mode == ABAC else "AcrPull"
    message = (f"The registry gave a token without the right to pull '{repository}'. The caller has no role there that "
               f"counts in the registry's mode, such as {roles}, or has had it for less than ten minutes.")
    if not caller.object_id:
        return failed(message)
    words = ["az", "acrcache", "grant", "pull", "--registry", str(registry.id),
             "--assignee-object-id", caller.object_id, "--assignee-principal-type", caller.principal_type]
    words += ["--repository", repository] if registry.mode == ABAC else []
    return failed(message, Fix(shlex.join(words), f"Microsoft.Authorization/roleAssignments/write on {registry.name}"))


def _manifest(registry: Registry, pull: PullProbe, proposals: RuleProposals) -> Answer:
    top, reference = pull.top, pull.wanted.reference
    if top is None:
        return skipped("Nothing was asked of the registry.")
    if not top.ok:
        return _refused(registry, pull, top, f"'{reference}'", proposals)
    if pull.refused_child:
        platform, look = pull.refused_child
        answer = _refused(registry, pull, look, f"the {platform.name} image of '{reference}' "
                                                f"({platform.digest})", proposals)
        return failed(f"The registry serves the index of '{reference}' and not all that it names. "
                      f"{answer.message}", *answer.fix)
    if pull.missing_platforms:
        return failed(f"'{reference}' has no image for {', '.join(pull.missing_platforms)}.")
    names = ", ".join(platform.name for platform, _ in pull.platforms)
    return passed(f"'{reference}' is {top.digest}" + (f", for {names}." if names else "."))


def _refused(registry: Registry, pull: PullProbe, look: ManifestAnswer, what: str, proposals: RuleProposals) -> Answer:
    """Whose refusal it is decides what mends it; the texts are the catalogue's."""
    rule, known = pull.wanted.rule, explain(look.message)
    said = f" ({look.status}: {look.message})" if look.message else f" ({look.status})"
    if is_of_upstream(look):
        cause = known.cause if known else "The upstream failed while the registry drew the image from it."
        return failed(f"The upstream did not give {what}: {cause}{said}", *_look_upstream(registry, pull))
    if look.status == 404 and rule:
        return failed(f"Neither the registry nor '{pull.wanted.upstream}' has "
                      f"{what}{said}.", *_look_upstream(registry, pull))
    if look.status == 404:
        named_here = pull.wanted.image.login_server == registry.login_server
        fix = [] if named_here else [Fix(proposals.line(pull.wanted.image.upstream),
                                         f"Microsoft.ContainerRegistry/registries/cacheRules/write on {registry.name}")]
        return failed(f"The registry does not hold {what}, and no cache rule serves it{said}.", *fix)
    if look.status == 429:
        return failed(f"The registry itself has had too many requests{said}; this is not the upstream's limit. Its "
                      "tier decides how many it takes.")
    if look.status == 403:
        return failed(f"The registry's network rules keep the caller away from {what}{said}.",
                      *network_fixes(registry, (_CLIENT_IP.search(look.message) or [None, None])[1]))
    if look.status == 401:
        return failed(f"The registry refused {what}, although its token allows it{said}: a token from before a change "
                      "of the registry's mode, or a fault of the service.",
                      Fix(f"az acr login --name {registry.name} --subscription {registry.id.subscription}", "nothing"))
    return failed(f"The registry failed on {what}{said}." + (f" {known.cause}" if known else ""))


def _look_upstream(registry: Registry, pull: PullProbe) -> list[Fix]:
    if pull.wanted.rule is None:
        return []
    return [Fix(shlex.join(["az", "acrcache", "verify", "upstream", "--registry", str(registry.id), "--name",
                            pull.wanted.rule.name]),
                "Microsoft.ContainerRegistry/registries/cacheRules/read and the right to read the two secrets")]


def _cached(registry: Registry, pull: PullProbe) -> Answer:
    reference = pull.wanted.reference
    if pull.top is None or not pull.top.ok:
        return skipped("Nothing was served.")
    if not pull.proxied:
        return passed(f"The registry serves '{reference}' itself."
                      + ("" if pull.wanted.rule else " No cache rule fills it."))
    still = [platform.name for platform, look in pull.platforms if look.proxied]
    parts = f" ({', '.join(still)})" if still and not pull.top.proxied else ""
    return warned(f"'{reference}' works, but still comes from the upstream at each pull{parts}: the registry has not "
                  "imported it in this time. Wait longer with --timeout; if it never does, the registry's network "
                  "rules may keep its own service out.", *_bypass(registry))


def _bypass(registry: Registry) -> list[Fix]:
    """A restricted registry fills its cache only with the bypass for Azure services (artifact-cache-cli)."""
    if (registry.properties.get("networkRuleBypassOptions") or "AzureServices").lower() == "azureservices":
        return []
    return [Fix(f"az acr update --name {registry.name} --subscription {registry.id.subscription} "
                "--allow-trusted-services true",
                f"Microsoft.ContainerRegistry/registries/write on {registry.name}")]


def _fresh(pull: PullProbe) -> Answer:
    if pull.top is None or not pull.top.ok:
        return skipped("Nothing was served.")
    if pull.wanted.image.digest:
        return passed(f"'{pull.wanted.reference}' is named by its digest, which never means another image.")
    if pull.upstream.digest is None:
        return skipped(f"The upstream could not be compared with: {pull.upstream.reason}.")
    if pull.stale:
        return warned(f"'{pull.wanted.reference}' is {pull.top.digest} in the registry and {pull.upstream.digest} "
                      "upstream. A changed tag is noticed within five minutes; if it stays so, delete the tag's old "
                      "image in the registry.")
    return passed(f"'{pull.wanted.reference}' is what the upstream has now.")
