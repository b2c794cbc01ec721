"""`bootstrap apply` on what is no manifest: one sentence each, with place and way on, and no request."""
from __future__ import annotations

import json

import pytest

HEAD = "apiVersion: acrcache/v1\nregistries:\n- registry: myregistry\n"
SET = "  credentialSets:\n  - {name: docker-hub, loginServer: docker.io, vault: mykeyvault}\n"
PASSWORD = "hunter_2 is no name"
BOMB = "x-0: &a0 [a, a, a, a, a, a, a, a, a]\n" + "".join(
    f"x-{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))

# What stands in a file, and the begin of what is said of it; {} is the file's name.
WRONG: dict[str, tuple[str | bytes, list[str]]] = {
    "unknown-key": (HEAD.replace("my", "a1") + "  ruls: []\n",
                    ["{}:4: registries[0].ruls: This key is not known here; did you mean rules?"]),
    "wrong-type": (HEAD.replace("my", "a2") + "  rules:\n  - source: 5\n",
                   ["{}:5: registries[0].rules[0].source: 5 without quotes is a number to YAML, not text: quote it."]),
    "missing-key": (HEAD.replace("my", "a3") + "  rules:\n  - target: ubuntu\n",
                    ["{}:5: registries[0].rules[0]: source is missing."]),
    "duplicate-key": (HEAD.replace("my", "a4") + "  rules: []\n  rules: []\n",
                      ["{}:5: The key 'rules' stands in line 4 already."]),
    "duplicate-rule": (HEAD.replace("my", "a5") + "  rules:\n  - {source: mcr.microsoft.com/a, name: first-rule}\n"
                       "  - {source: mcr.microsoft.com/b, name: first-rule}\n",
                       ["{}:6: registries[0].rules[1]: Two rules would have the name 'first-rule': "
                        "mcr.microsoft.com/a ({}:5: registries[0].rules[0]) and mcr.microsoft.com/b."]),
    "duplicate-target": (HEAD.replace("my", "a6") + "  rules:\n  - {source: mcr.microsoft.com/a, target: x}\n"
                         "  - {source: mcr.microsoft.com/b, target: x}\n",
                         ["{}:6: registries[0].rules[1]: Two rules would have the same target 'x': "]),
    "overlap": (HEAD.replace("my", "a7") + "  rules:\n  - {source: mcr.microsoft.com/a/*, target: a/*}\n"
                "  - {source: mcr.microsoft.com/b/*, target: a/b/*}\n",
                ["{}:6: registries[0].rules[1]: The targets 'a/*' and 'a/b/*' overlap; "]),
    "one-registry": (HEAD.replace("my", "shared"), []),
    "other-registry": (HEAD.replace("my", "SHARED"),
                       ["{}:3: registries[0].registry: This registry stands in one-registry:3: registries[0] "]),
    "undefined-set": (HEAD.replace("my", "a8") + "  rules:\n  - {source: docker.io/a/b, credentialSet: docker-hub}\n",
                      ["{}:5: registries[0].rules[0].credentialSet: No credential set 'docker-hub' is defined"]),
    "no-version-of-ours": ("apiVersion: v1\nkind: Pod\n", ["{}:1: apiVersion: 'v1' is no version of a manifest."]),
    "newer": ("apiVersion: acrcache/v2\nnew: 5\n",
              ["{}:1: apiVersion: The version 'acrcache/v2' needs a newer acrcache."]),
    "list": ("- a\n", ["{}:1: The document is a list; "]),
    "scalar": ("a\n", ["{}:1: The document is a single value; "]),
    "two-documents": (f"{HEAD}---\n{HEAD}", ["{}:4: A second document begins here; "]),
    "empty": ("", ["{}:1: The file is empty."]),
    "comment": ("# nothing\n", ["{}:1: The file is empty."]),
    "tab": (HEAD + "\trules: []\n", ["{}:4: The line is indented with a tab, "]),
    "binary": (b"\x7fELF\x02\x01\x00", ["{}:1: The file holds the control character U+007F and is no text."]),
    "half-json": ('{"apiVersion": "acrcache/v1",\n "registries": [{"registry": "my', ["{}:2: The file ends before "]),
    "cut-utf-8": (HEAD.encode() + b"# \xc3", ["{}:4: The file ends in the middle of a character."]),
    "too-large": (HEAD + "#" * 4 * 1024 * 1024, ["{}:1: The file has more than 4 MiB."]),
    "alias-bomb": (BOMB + HEAD, ["{}:6: The document holds more than 250,000 values once its aliases are followed."]),
    "self": ("x-a: &a [*a]\n" + HEAD, ["{}:1: An alias stands inside what it stands for."]),
    "nested": ("[" * 10_000, ["{}:1: The document is nested more than 64 levels deep."]),
    "later": (HEAD.replace("my", "a9") + "  rules:\n  - {source: europe-docker.pkg.dev/a/b, google: {}}\n",
              ["{}:5: registries[0].rules[0].google: google is not supported yet: "]),
}


def written(az, name: str, content: str | bytes) -> str:
    (az.home / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return name


def test_each_mistake_of_many_files_is_one_sentence_with_its_place(az):
    files = [written(az, name, content) for name, (content, _) in WRONG.items()]
    ran = az("acrcache", "bootstrap", "apply", "--what-if", "--file", *files, expect=2)
    lines = [line.removeprefix("ERROR: ") for line in ran.stderr.splitlines()]
    expected = [begin.replace("{}", name) for name, (_, begins) in WRONG.items() for begin in begins]
    assert [next((line for line in lines if line.startswith(begin)), None) is not None for begin in expected] == \
        [True] * len(expected), [*zip(expected, lines)]
    told = [line for line in lines if line.partition(":")[0] in WRONG]
    assert len(told) == len(expected), "each mistake is told once"
    assert ran.stdout == "" and ran.azure_requests == [] and "Traceback" not in ran.stderr
    for way_on in ("quote it", "Split it", "--schema", "az extension update --name acrcache", "export --all"):
        assert way_on in ran.stderr


# Arguments, and what is said of them. There are good.yaml and the directory folder.
REFUSED = {
    "--file - -": "standard input (-) twice",
    "--file - --prune --previous -": "Standard input (-) is named by --file and by --previous",
    "--file good.yaml --concurrency 0": "--concurrency 0 is out of bounds: it must be 1 to 64",
    "--file good.yaml --concurrency 65": "--concurrency 65 is out of bounds: it must be 1 to 64",
    "--file good.yaml --previous good.yaml": "--prune is missing",
    "--file good.yaml --exit-code": "--what-if",
    "--file folder missing.yaml": "'folder' is a directory",
    "--prune": "--file is missing",
}


@pytest.mark.parametrize("arguments", REFUSED)
def test_arguments_that_do_not_fit(az, arguments):
    written(az, "good.yaml", HEAD)
    (az.home / "folder").mkdir()
    ran = az(f"acrcache bootstrap apply {arguments}", expect=2, input=HEAD)
    assert REFUSED[arguments] in ran.stderr and ran.stdout == "" and ran.azure_requests == []
    assert ("There is no manifest file 'missing.yaml'" in ran.stderr) == ("missing" in arguments)


# Where a password may stand instead of a secret's name.
LEAKS = ["    password: PASSWORD", "    passwordSecret: PASSWORD", "    pasword: PASSWORD",
         "    passwordSecret: [PASSWORD]", "    passwordSecret: {a: PASSWORD}", "    passwordSecret: 'PASSWORD",
         "    passwordSecret: *PASSWORD",
         "    passwordSecret: !PASSWORD x", "    passwordSecret: PASSWORD: b", "    usernameSecret: PASSWORD",
         "    passwordSecret: https://user:PASSWORD@host/x", "    token: PASSWORD", "  password: PASSWORD"]


def test_a_password_where_a_secret_s_name_belongs_is_shown_nowhere(az):
    begin = HEAD + "  credentialSets:\n  - name: docker-hub\n    loginServer: docker.io\n    vault: mykeyvault\n"
    files = [written(az, f"leak{number}.yaml", begin.replace("my", f"r{number}") + leak.replace("PASSWORD", PASSWORD))
             for number, leak in enumerate(LEAKS)]
    ran = az("acrcache", "bootstrap", "apply", "--debug", "--markdown", "summary.md", "--handover", "owner.sh",
             "--file", *files, expect=2)
    told = ran.stdout + ran.stderr + (az.home / "summary.md").read_text()
    assert "hunter_2" not in told and "is no name" not in told
    assert all(f"{file}:" in ran.stderr for file in files), ran
    assert ran.azure_requests == [] and not (az.home / "owner.sh").exists()


def test_pruning_asks_or_writes_nothing(az, sim):
    written(az, "all.yaml", HEAD + "  rules:\n  - {source: mcr.microsoft.com/a}\n  - {source: mcr.microsoft.com/b}\n")
    written(az, "fewer.yaml", HEAD + "  rules:\n  - {source: mcr.microsoft.com/a}\n  - {source: mcr.microsoft.com/c}\n")
    az("acrcache bootstrap apply --file all.yaml")
    ran = az("acrcache bootstrap apply --file fewer.yaml --prune", expect=2)
    assert ran.writes == [] and ran.stdout == "" and "--yes" in ran.stderr and "--what-if" in ran.stderr
    report = az("acrcache bootstrap apply --file fewer.yaml --prune --yes").json
    assert sorted(change["change"] for change in report["registries"][0]["changes"]) == ["Create", "Delete", "NoChange"]


def test_a_set_that_no_rule_uses_is_a_warning(az):
    written(az, "cache.json", json.dumps({"apiVersion": "acrcache/v1", "registries": [
        {"registry": "myregistry", "credentialSets": [
            {"name": "docker-hub", "loginServer": "docker.io", "vault": "mykeyvault",
             "usernameSecret": "dockerhub-user", "passwordSecret": "dockerhub-pat"}]}]}))
    ran = az("acrcache bootstrap apply --file cache.json --what-if")
    assert "cache.json:1: registries[0].credentialSets[0]: No rule uses the credential set 'docker-hub'." in ran.stderr
    assert ran.json["outcome"] == "Planned"
