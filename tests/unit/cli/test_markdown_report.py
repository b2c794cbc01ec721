from __future__ import annotations

import re

from azext_acrcache.cli.markdown_report import markdown_of


def change(name: str, word: str = "Create", detail: str | None = "ubuntu <= docker.io/library/ubuntu") -> dict:
    return {"step": "cacheRule", "change": word, "name": name, "id": None, "detail": detail}


def report(*changes: dict, outcome: str = "Planned") -> dict:
    return {"outcome": outcome, "fingerprint": "0123456789abcdef",
            "registries": [{"loginServer": "myregistry.azurecr.io", "changes": list(changes)}]}


def test_a_plan_as_a_table_with_its_counts_and_fingerprint():
    text = markdown_of(report(change("ubuntu"), change("nginx", "NoChange"), change("old", "Ignore")))
    rows = [line for line in text.splitlines() if line.startswith("| myregistry")]
    assert len(rows) == 2 and "cacheRule | Create | ubuntu" in rows[0]
    assert "Create 1, NoChange 1, Ignore 1" in text and "`0123456789abcdef`" in text
    assert text.startswith("### Artifact cache: Planned\n\n| Registry |") and text.endswith("\n")


def test_what_was_done_has_no_fingerprint_to_expect():
    assert "0123456789abcdef" not in markdown_of(report(change("ubuntu"), outcome="Applied"))


def test_nothing_to_do():
    text = markdown_of(report(outcome="NoChange"))
    assert "Nothing to do." in text and "| Registry |" not in text


def test_text_of_others_stays_in_its_cell():
    detail = "<script>`x`</script> [link](https://evil.example) \x1b[2J"
    text = markdown_of(report(change("a|b\n# head", detail=detail)))
    row = next(line for line in text.splitlines() if line.startswith("| myregistry"))
    assert len(re.findall(r"(?<!\\)\|", row)) == 6 and "\\<script\\>" in row and "\\[link\\]" in row
    assert "\x1b" not in text and text.count("### ") == 1


def test_a_plan_without_end_is_counted():
    text = markdown_of(report(*(change(f"rule-{number}") for number in range(1000))))
    assert text.count("| cacheRule |") == 200 and "800 more" in text and "Create 1000" in text
