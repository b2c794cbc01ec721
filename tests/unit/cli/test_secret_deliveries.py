from __future__ import annotations

import io

import pytest
from azure.cli.core.azclierror import ManualInterrupt, NoTTYError

from azext_acrcache.cli import secret_deliveries as announcing
from azext_acrcache.cli.secret_deliveries import announce
from azext_acrcache.domain.state.secret_deliveries import SecretDelivery
from unit.records import credential_set

SURE = SecretDelivery(credential_set(), "docker.io")
IN_DOUBT = SecretDelivery(credential_set(), "ghcr.io", ("the set is for 'docker.io'",))


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def said(monkeypatch) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr(announcing.logger, "warning", lambda template, *args: lines.append(template % args))
    return lines


def test_nothing_to_send_says_nothing(said):
    announce([], False)
    assert said == []


@pytest.mark.parametrize("delivery, yes", [(SURE, False), (IN_DOUBT, True)])
def test_what_is_sent_is_named_with_its_upstream(delivery, yes, said, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    announce([delivery], yes)
    assert len(said) == 1 and delivery.words in said[0]


def test_what_is_in_doubt_is_not_sent_without_somebody_who_agrees(said, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    with pytest.raises(NoTTYError) as caught:
        announce([SURE, IN_DOUBT], False)
    assert "ghcr.io" in str(caught.value) and "the set is for 'docker.io'" in str(caught.value)
    assert any("--yes" in line for line in caught.value.recommendations)


@pytest.mark.parametrize("answer, goes_on", [("y\n", True), ("n\n", False), ("", False)])
def test_a_person_is_asked(answer, goes_on, said, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    if goes_on:
        announce([IN_DOUBT], False)
    else:
        with pytest.raises(ManualInterrupt):
            announce([IN_DOUBT], False)
    assert "the set is for 'docker.io'" in capsys.readouterr().err
