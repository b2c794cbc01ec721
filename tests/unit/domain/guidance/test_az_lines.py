"""Lines are read alike by a real bash and by a model of PowerShell."""
from __future__ import annotations

import json
import shlex
import subprocess

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from azext_acrcache.domain.guidance.az_lines import Advice, AzLine, LineContext, PrintedLine, quoted, said
from unit.domain.guidance import powershell
from unit.records import REGISTRY_ID, SUBSCRIPTION, VAULT_ID

ELSEWHERE = "99999999-9999-9999-9999-999999999999"

BOTH = ["myregistry", "docker.io/library/ubuntu:22.04", "app@sha256:0ab", "docker.io/library/*", "a b", "it's", "$HOME",
        "it's $HOME", "`id`", "@file", "user@example.com", "{a,b}", "[system]", "*", "100%", "%PATH%", "~", "~/x",
        "a,b", "a;b", "a|b", "a&b", "a>b", "(x)", "#x", "a#b", "back\\slash", "ends\\", "two\\\\", "!!", "a!b",
        "\u2019s", "\u201cx",
        "-n", "--yes", "-1", "-a.b", "--x:y", "--%", "a\nb", "'", "''", "Key Vault Secrets User", "é", "=x", "a=b",
        "/subscriptions/s/resourceGroups/g", "{'acrUseManagedIdentityCreds': True}", "'quoted'", "it's a\\b",
        "(\n @Resource[Microsoft.ContainerRegistry/registries/repositories:name] StringEquals 'team/app'\n)"]
# No quoting that both read as the same argument: written for bash.
BASH_ONLY = ["", '{"a": "b"}', 'say "x"', "'$x", "'`", "'\"", "(!(ActionMatches{'x'}))", "a'b\"c"]


def bash_words(line: str) -> list[str]:
    ran = subprocess.run(["bash", "-c", f"printf '%s\\0' {line}"], capture_output=True, check=True, timeout=30)
    return ran.stdout.decode("utf-8").split("\0")[:-1]


@pytest.mark.parametrize("word", BOTH)
def test_a_word_that_both_shells_read_alike(word):
    assert bash_words(quoted(word)) == [word]
    assert [powershell.passed_on(read) for read in powershell.words_of(quoted(word))] == [word]


@pytest.mark.parametrize("word", BASH_ONLY)
def test_a_word_without_a_common_form_is_right_in_bash(word):
    assert bash_words(quoted(word)) == [word]
    try:
        read = [powershell.passed_on(one) for one in powershell.words_of(quoted(word))]
    except powershell.Unreadable:
        return
    assert read != [word]


@given(st.text(alphabet="ab/-.:,'\"$`!\\ @%{}[]*~#=\u2019\u201d\n", min_size=1, max_size=8))
@example("a'$\\")
def test_no_word_is_read_as_another(word):
    assert shlex.split(quoted(word)) == [word]
    try:
        read = powershell.words_of(quoted(word))
    except powershell.Unreadable:
        read = []
    apostrophe = any(mark in word for mark in powershell.SINGLE)
    assert read in ([word], []) or apostrophe, "only words with an apostrophe may have no common form"


def test_thousands_of_words_go_through_one_real_bash():
    words = ["".join(parts) for one in "a'$`\"\\!* \n" for two in "a'$`\"\\!* \n" for three in "a'\\"
             for parts in [(one, two, three)]]
    assert bash_words(" ".join(quoted(word) for word in words)) == words


def test_plain_words_stay_plain():
    line = "az acrcache bootstrap create --registry myregistry --source-repo docker.io/library/ubuntu"
    assert " ".join(quoted(word) for word in line.split()) == line


def test_a_line_is_built_from_what_was_given():
    line = AzLine.of("acrcache", "verify", "pull").registry("myregistry").option("--image", "a:1", "b:2") \
        .option("--timeout", None).flag("--yes").flag("--no-wait", False)
    assert str(line) == "az acrcache verify pull --registry myregistry --image a:1 b:2 --yes"


@pytest.mark.parametrize("context, named", [
    (LineContext(), True), (LineContext(ELSEWHERE), True), (LineContext(SUBSCRIPTION), False),
    (LineContext(SUBSCRIPTION.upper()), False)])
def test_the_subscription_is_named_where_it_matters(context, named):
    words = context.line("acr", "show").registry(REGISTRY_ID, "--name").words
    assert words[:5] == ("az", "acr", "show", "--name", "myregistry") and words[5:7] == ("--resource-group", "my-rg")
    assert words[7:] == (("--subscription", SUBSCRIPTION) if named else ())


def test_what_the_command_was_given_is_kept_once():
    context = LineContext(ELSEWHERE, ("--subscription", SUBSCRIPTION),
                          ("--acquire-policy-token", "--change-reference", "CR-1"))
    policy = " --acquire-policy-token --change-reference CR-1"
    assert str(context.line("acr", "import").registry("r")) == \
        f"az acr import --registry r --subscription {SUBSCRIPTION}{policy}"
    assert str(context.line("keyvault", "update").resource(VAULT_ID)) == \
        f"az keyvault update --name myvault --resource-group my-rg --subscription {SUBSCRIPTION}{policy}"


@pytest.mark.parametrize("command", ["list", "show"])
def test_what_only_looks_takes_no_policy_flags(command):
    assert str(LineContext(policy=("--acquire-policy-token",)).line("acr", command)) == f"az acr {command}"


def test_a_remark_is_no_word_of_the_line():
    line = str(AzLine.of("acr", "show").option("--name", "r").remark("it's $5"))
    assert shlex.split(line, comments=True) == powershell.words_of(line) == ["az", "acr", "show", "--name", "r"]


def test_json_is_one_word_to_bash():
    document = json.dumps({"condition": "(@Resource[x] StringEquals 'a')", "n": None})
    assert bash_words(quoted(document)) == [document]


def test_a_plan_s_line_and_advice_are_said_again_with_what_the_command_keeps():
    context = LineContext("", ("--subscription", "other"), ("--acquire-policy-token", "--change-reference", "CHG 1"))
    line = AzLine.of("acr", "cache", "delete").option("--name", "ubuntu")
    kept = "az acr cache delete --name ubuntu --subscription other --acquire-policy-token --change-reference 'CHG 1'"
    assert PrintedLine(line) == str(line) and said(PrintedLine(line), context) == kept
    assert said(Advice("Delete it", line), context) == f"Delete it: {kept}"
    assert type(said(PrintedLine(line), context)) is type(said(Advice("Delete it", line), context)) is str
    assert said("No line at all.", context) == "No line at all."


def test_a_plan_s_line_keeps_the_subscription_of_its_resource():
    context = LineContext("", ("--subscription", "other"))
    line = said(PrintedLine(AzLine.of("acr", "cache", "delete").registry(REGISTRY_ID)), context)
    assert line.count("--subscription") == 1 and REGISTRY_ID.subscription in line
