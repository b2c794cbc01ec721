"""Handlers over scripted adapters, and what one step comes to."""
from __future__ import annotations

from types import SimpleNamespace

from azext_acrcache.adapters.request_gate import RequestGate
from azext_acrcache.domain.plan.keys import ResourceKey
from azext_acrcache.domain.plan.step import Step
from azext_acrcache.domain.values.errors import ServiceError
from azext_acrcache.engine.outcome import DONE, ActionResult, Blocked, Failed, NotYet, StepResult
from azext_acrcache.execute.handlers import ActionHandlers
from azext_acrcache.execute.registry import AcceptedWrite
from unit.records import HOST, PRINCIPAL, REGISTRY_ID, vault

# The key of the step that wrote a credential set, and its answer.
WRITTEN_SET = ResourceKey.of(REGISTRY_ID, "credentialSet", "docker-io")
MADE = {"identity": {"principalId": PRINCIPAL}}


class Script:
    """An adapter that answers (or raises) one call after another, as laid out; any other call fails."""

    def __init__(self, *calls):
        self._calls, self.given = list(calls), []

    def __getattr__(self, operation):
        def call(*args):
            assert self._calls and self._calls[0][0] == operation, f"{operation} was not to be called"
            answer = self._calls.pop(0)[1]
            self.given.append((operation, *args))
            if isinstance(answer, Exception):
                raise answer
            return answer
        return call

    def check_used(self):
        assert not self._calls, f"never called: {self._calls}"


def refusal(status: int, code: str = "Code", message: str = "no") -> ServiceError:
    return ServiceError(status, code, message, "subject")


class Trial:
    """:param adapters: what each adapter of Azure is to be asked and what it answers."""

    def __init__(self, wait: bool = True, **adapters: list):
        self.scripts = {name: Script(*calls) for name, calls in adapters.items()}
        secrets = self.scripts.pop("secrets", Script())
        self.secrets = secrets
        known = dict.fromkeys(("registries", "vaults", "authorization", "resources"), Script())
        session = SimpleNamespace(gate=RequestGate())
        self._handlers = ActionHandlers(SimpleNamespace(**{**known, **self.scripts}, session=session,
                                                        secrets_of=lambda of: secrets),
                                        {HOST: vault()}, wait)

    def __call__(self, action: object, results: dict[ResourceKey, StepResult] | None = None,
                 needs: tuple[ResourceKey, ...] = (), after: tuple[ResourceKey, ...] = (), check: bool = True,
                 key: ResourceKey = ResourceKey.of(REGISTRY_ID, "test", "step")):
        """What the action answered, or the NotYet, Blocked or Failed that it raised.

        :param check: whether the scripts must have come to their ends.
        """
        try:
            return self._handlers(Step(key, "the resource", action, needs=needs, after=after), results or {})
        except (Blocked, Failed, NotYet) as ex:
            return ex
        finally:
            if check:
                for script in (*self.scripts.values(), self.secrets):
                    script.check_used()


def accepted(body: dict | None = None, status_url: str | None = "https://status") -> StepResult:
    return StepResult(DONE, ActionResult(AcceptedWrite(MADE if body is None else body, status_url)))


def known() -> dict[ResourceKey, StepResult]:
    """The results after a set was written whose answer named its identity."""
    return {WRITTEN_SET: accepted()}


def in_state(state: str) -> dict:
    """A resource as a write answers it."""
    return {"properties": {"provisioningState": state}}
