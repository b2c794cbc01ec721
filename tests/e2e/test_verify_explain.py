"""`verify explain` from an argument and from standard input."""
from __future__ import annotations

TEXT = "denied: requested access to pull from source 'docker.io/library/a/b' for cache rule 'hub' has been denied"


def test_an_argument_and_standard_input_are_explained_alike(az):
    given, piped = az("acrcache", "verify", "explain", TEXT), az("acrcache verify explain", input=f"Failed:\n{TEXT}\n")
    assert given.json == piped.json and given.json["check"] == "upstream/source"
    assert "docker.io/library/a/b" in given.json["cause"]
    assert given.json["mend"] == [fix["command"] for fix in given.json["fix"]] and given.json["fix"][0]["needs"]
    assert given.azure_requests == []


def test_an_unknown_text_is_not_guessed_at(az):
    ran = az("acrcache", "verify", "explain", "the cat sat on the mat", expect=1)
    assert ran.stdout == "" and "not guessed" in ran.stderr


def test_no_text_is_bad_input(az):
    az("acrcache verify explain", expect=2)


def test_the_table_shows_cause_and_mend(az):
    assert "upstream/source" in az("acrcache", "verify", "explain", TEXT, "-o", "table").stdout
