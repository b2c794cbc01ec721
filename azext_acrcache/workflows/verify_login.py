"""Every way to sign in to a registry: which are on, which work for the caller, which should be off."""
from __future__ import annotations

import time

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.cli.exit_codes import exit_after_report, verify_exit_code
from azext_acrcache.domain.checks.login import login_methods, login_questions
from azext_acrcache.domain.checks.verdict import judge, verdict_of
from azext_acrcache.domain.values.registry_ref import registry_ref
from azext_acrcache.observe.login import observe_logins
from azext_acrcache.observe.registries import find_registry


def verify_login(cmd, registry: str, group: str | None, *, fail_on: str) -> dict:
    """The contract's report. Raises UserError, ServiceUnreachable, ServiceError."""
    azure = Azure(cmd.cli_ctx)
    snapshot = observe_logins(azure, find_registry(azure, registry_ref(registry, group)), time.time())
    methods = login_methods(snapshot)
    verdict = verdict_of(judge(login_questions(snapshot, methods)))
    exit_after_report(cmd, verify_exit_code(verdict, fail_on))
    return verdict.to_report(str(snapshot.registry.id), logins=[method.to_report() for method in methods])
