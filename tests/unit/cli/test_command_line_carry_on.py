"""The line that a command prints to carry on, typed into a fresh shell, asks for the same again."""
from __future__ import annotations

import shlex
from types import SimpleNamespace

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from azext_acrcache import AcrCacheCommandsLoader
from azext_acrcache.bootstrap.create import create_chain
from azext_acrcache.bootstrap.delete import delete_chain
from azext_acrcache.domain.consumers.kinds import KINDS
from azext_acrcache.domain.guidance.az_lines import LineContext
from azext_acrcache.domain.plan.create_request import CreateRequest
from azext_acrcache.domain.values.secret_value import SecretValue
from azext_acrcache.grant.pull import grant_pull
from azext_acrcache.grant.revoke import revoke
from azext_acrcache.grant.vault import grant_vault
from azext_acrcache.workflows import create as creating
from azext_acrcache.workflows import grant_pull as granting
from azext_acrcache.workflows import grant_vault as vault_granting
from azext_acrcache.workflows import revoke as revoking
from azext_acrcache.workflows import take_down as taking_down
from azext_acrcache.workflows.consumers import ConsumerSelection
from azext_acrcache.workflows.create import CreateOptions
from azext_acrcache.workflows.grant_pull import PullGrantRequest
from azext_acrcache.workflows.grant_vault import VaultGrantRequest
from azext_acrcache.workflows.revoke import RevokeRequest
from azext_acrcache.workflows.take_down import TakeDownRequest

KEPT = LineContext("default", ("--subscription", "other sub"), ("--acquire-policy-token", "--change-reference", "CR 1"))
WORD = st.text(st.sampled_from("aZ0-./* _'\"$`\\!é:@[]"), min_size=1, max_size=12).filter(
    lambda text: text.strip() and not text.startswith("-"))
WORDS = st.lists(WORD, max_size=3).map(tuple)
MAYBE = st.none() | WORD
NAMES = st.none() | st.lists(WORD, min_size=1, max_size=2)
# An object ID and its type come together.
GIVEN = st.just((None, None)) | st.tuples(st.lists(WORD, min_size=1, max_size=2), st.sampled_from(["User", "Group"]))
SELECTIONS = st.builds(
    lambda flags, given, *more: ConsumerSelection(flags, *given, *more),
    st.fixed_dictionaries({kind.dest: NAMES for kind in KINDS}), GIVEN, NAMES, NAMES, MAYBE)


@pytest.fixture(scope="module")
def parser():
    """az's own, of the extension's commands: options, defaults and abbreviations as they are at a prompt."""
    from azure.cli.core.mock import DummyCli
    from azure.cli.core.parser import AzCliCommandParser
    cli = DummyCli()
    loader = AcrCacheCommandsLoader(cli)
    loader.skip_applicability = True
    cli.invocation = SimpleNamespace(commands_loader=loader, data={"command_string": ""})
    table = loader.load_command_table([])
    for name in table:
        loader.command_name = name
        table[name].load_arguments()
        table[name].arguments.pop("cmd")
        loader.load_arguments(name)
    loader._update_command_definitions()  # pylint: disable=protected-access  # az calls it too; there is no public way
    for command in table.values():
        command.add_argument("_subscription", "--subscription")
    commands = AzCliCommandParser(cli, prog="az")
    commands.load_command_table(loader)
    return commands


def typed(parser, monkeypatch_of, line: str, command, workflow, name: str):
    """What `command` hands to its workflow when the line is typed."""
    words = shlex.split(line)
    assert words[0] == "az"
    policy = words.index("--acquire-policy-token")
    assert words[policy:policy + 3] == list(("--acquire-policy-token", "--change-reference", "CR 1"))
    namespace = vars(parser.parse_args(words[1:policy] + words[policy + 3:]))
    assert namespace["_subscription"] == "other sub"
    given = {key: value for key, value in namespace.items()
             if not key.startswith("_") and key not in ("cmd", "command", "func", "subcommand")}
    names = command.__wrapped__.__code__.co_varnames[:command.__wrapped__.__code__.co_argcount]
    consumers = {kind.dest for kind in KINDS}
    given = {key: value for key, value in given.items() if key in names or key in consumers}
    handed = []
    with monkeypatch_of() as patch:
        patch.setattr(workflow, name, lambda cmd, *args, **options: handed.append((args, options)))
        command.__wrapped__(SimpleNamespace(), **given)
    return handed[0]


@given(st.builds(CreateRequest, WORD, WORDS.filter(bool), WORDS, WORDS, MAYBE, MAYBE, st.none(), MAYBE, MAYBE, MAYBE,
                 MAYBE, access=st.sampled_from(["auto", "rbac", "policy"]), scope=st.sampled_from(["secret", "vault"]),
                 pin_version=st.booleans(),
                 expires=st.none() | st.integers(4_000_000_000, 9_000_000_000)), MAYBE, MAYBE, MAYBE)
@settings(max_examples=60, deadline=None, phases=[Phase.generate])
def test_bootstrap_create(parser, request, username, password_file, tag):
    line = creating._same_command(request, CreateOptions(verify_tag=tag), username, password_file, KEPT)
    (again, options), more = typed(parser, pytest.MonkeyPatch.context, line, create_chain, creating, "create")
    assert again == creating.replace(request, username=SecretValue(username) if username else None)
    assert options.verify_tag == tag
    assert (more["username"], more["password_file"]) == (username, password_file)


@given(st.builds(VaultGrantRequest, WORD, MAYBE, WORD, st.sampled_from(["auto", "rbac", "policy"]),
                 st.sampled_from(["secret", "vault"])))
@settings(max_examples=40, deadline=None, phases=[Phase.generate])
def test_grant_vault(parser, request):
    line = vault_granting._same_command(request, KEPT)
    (again,), _ = typed(parser, pytest.MonkeyPatch.context, line, grant_vault, vault_granting, "grant_vault")
    assert again == request


@given(st.builds(TakeDownRequest, WORD, MAYBE, WORDS, MAYBE), st.booleans())
@settings(max_examples=40, deadline=None, phases=[Phase.generate])
def test_bootstrap_delete(parser, request, yes):
    line = taking_down._same_command(request, yes, KEPT)
    (again,), more = typed(parser, pytest.MonkeyPatch.context, line, delete_chain, taking_down, "take_down")
    assert again == request and more["yes"] == yes


@given(st.builds(PullGrantRequest, WORD, MAYBE, SELECTIONS, st.booleans(), st.booleans(), MAYBE,
                 st.sampled_from([None, "abac", "legacy"])))
@settings(max_examples=60, deadline=None, phases=[Phase.generate])
def test_grant_pull(parser, request):
    line = granting._same_command(request, KEPT)
    (again,), _ = typed(parser, pytest.MonkeyPatch.context, line, grant_pull, granting, "grant_pull")
    assert again == request


@given(st.builds(RevokeRequest, WORD, MAYBE, SELECTIONS, st.booleans(), st.booleans(), st.booleans(), st.booleans(),
                 MAYBE), st.booleans())
@settings(max_examples=60, deadline=None, phases=[Phase.generate])
def test_grant_revoke(parser, request, yes):
    line = revoking._same_command(request, yes, KEPT)
    (again,), more = typed(parser, pytest.MonkeyPatch.context, line, revoke, revoking, "revoke")
    assert again == request and more["yes"] == yes


def test_a_password_from_a_variable_is_asked_for_again():
    request = CreateRequest("myregistry", ("docker.io/library/ubuntu",), password=SecretValue("x"))
    line = creating._same_command(request, CreateOptions(), None, None, LineContext())
    assert line.endswith("--upstream-password-file '-'") and "x " not in line
    line = creating._same_command(request, CreateOptions(), "me", None, LineContext())
    assert line.endswith("--upstream-username me")
