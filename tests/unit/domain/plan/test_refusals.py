from __future__ import annotations

import pytest

from azext_acrcache.domain.guidance.az_lines import Advice, AzLine
from azext_acrcache.domain.plan.refusals import Refusals, placed
from azext_acrcache.domain.values.errors import Conflict, NotFound, SeveralErrors, UserError

PLACE = "cache.yaml:14: registries[0].rules[2]"


def noted(*errors: tuple[str, UserError]) -> Refusals:
    refusals = Refusals()
    for place, error in errors:
        with refusals.at(place):
            raise error
    return refusals


def test_nothing_refused_raises_nothing():
    refusals = Refusals()
    with refusals.at(PLACE):
        pass
    refusals.raise_if_any()
    assert not refusals


def test_the_only_refusal_is_raised_as_it_is():
    error = Conflict("The target is held.", "Choose another.")
    with pytest.raises(Conflict) as caught:
        noted(("", error)).raise_if_any()
    assert caught.value is error


def test_several_refusals_are_raised_at_once_each_with_its_place():
    refusals = noted((PLACE, Conflict("The target is held.", "Choose another --target-repo.")),
                     ("", SeveralErrors([NotFound("No a."), NotFound("No b.")])))
    assert refusals
    with pytest.raises(SeveralErrors) as caught:
        refusals.raise_if_any()
    assert [(type(error), error.message) for error in caught.value.errors] == \
        [(Conflict, f"{PLACE}: The target is held."), (NotFound, "No a."), (NotFound, "No b.")]
    assert caught.value.recommendations == ["Choose another `target`."]


def test_the_same_mistake_is_told_once():
    with pytest.raises(NotFound, match="rules\\[2\\]"):
        noted((PLACE, NotFound("No vault 'v'.")), ("b.yaml:1: registries[1]", NotFound("No vault 'v'."))).raise_if_any()


def test_what_is_no_refusal_is_not_held_back():
    with pytest.raises(ValueError, match="a fault of ours"), Refusals().at(PLACE):
        raise ValueError("a fault of ours")


def test_in_a_manifest_options_are_keys_and_ways_that_it_does_not_have_are_left_out():
    line = Advice("Or delete it first", AzLine.of("acrcache", "bootstrap", "delete").option("--name", "x"))
    error = placed(UserError("--vault-access rbac would have no effect.", "Leave --vault-access out.",
                             "Store it with --upstream-username.", line, "az acr list --name x"), PLACE)
    assert error.message == f"{PLACE}: `vaultAccess` rbac would have no effect."
    assert error.recommendations == ["Leave `vaultAccess` out.", line, "az acr list --name x"]


def test_a_message_about_an_option_without_a_key_stays_as_it_is():
    assert placed(UserError("--expires is for secrets."), PLACE).message == f"{PLACE}: --expires is for secrets."


def test_the_closer_place_stays():
    grant = placed(NotFound("No cluster."), "cache.yaml:20: registries[0].grants[1]")
    assert placed(grant, "cache.yaml:3: registries[0]").message == "cache.yaml:20: registries[0].grants[1]: No cluster."
