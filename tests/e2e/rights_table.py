"""Which command needs which right, and what it does without: the table behind docs/rights.md.

Each row is run by test_rights.py against the simulator's seed `roles`, by somebody who may do everything but that.
"""
from __future__ import annotations

from pathlib import Path
from shlex import quote

from demo_world import PULLER

HOLDER = "--assignee-object-id 0e000000-0000-4000-8000-000000000017 --assignee-principal-type ServicePrincipal"
REGISTRY = "-r myregistry -g demo-rg"
MANIFEST = Path(__file__).with_name("rights_manifest.yaml")

# What is run in the seed `roles`, where the rule docker-hub-ubuntu has the credential set docker-hub.
COMMANDS = {
    "bootstrap list": f"acrcache bootstrap list {REGISTRY}",
    "bootstrap show": f"acrcache bootstrap show {REGISTRY} -n docker-hub-ubuntu",
    "verify chain": f"acrcache verify chain {REGISTRY}",
    "grant list": f"acrcache grant list {REGISTRY}",
    "bootstrap create": f"acrcache bootstrap create {REGISTRY} --source-repo docker.io/library/nginx -c docker-hub "
                        "--wait-timeout 5",
    "grant vault": f"acrcache grant vault {REGISTRY} -n docker-hub --wait-timeout 5",
    "bootstrap delete": f"acrcache bootstrap delete {REGISTRY} -n docker-hub-ubuntu --yes --wait-timeout 5",
    "verify upstream": f"acrcache verify upstream {REGISTRY} --yes",
    "verify login": f"acrcache verify login {REGISTRY}",
    "verify pull": f"acrcache verify pull {REGISTRY} --image docker.io/library/ubuntu:22.04 --timeout 5",
    "verify resolve": f"acrcache verify resolve {REGISTRY} --image docker.io/library/ubuntu:22.04",
    "grant pull": f"acrcache grant pull {REGISTRY} --identity {PULLER} --wait-timeout 5",
    # Of the seed's principal acr-pull, who has AcrPull on the registry.
    "verify access": f"acrcache verify access {REGISTRY} {HOLDER}",
    "grant revoke": f"acrcache grant revoke {REGISTRY} {HOLDER} --yes --wait-timeout 5",
    "bootstrap export": f"acrcache bootstrap export {REGISTRY}",
    "bootstrap apply": f"acrcache bootstrap apply --file {quote(str(MANIFEST))} --wait-timeout 5",
}

ACR, VAULT, ROLES = "Microsoft.ContainerRegistry/registries/", "Microsoft.KeyVault/vaults/", "Microsoft.Authorization/"

# How a command ends: exit code, and in words for the document. FULL: the right is not used, or nothing depends on it.
FULL, SHOWN = (0, "works"), (0, "null or skip, with the reason")
NEEDED, HANDED = (1, "needs it"), (1, "hands that part over, does the rest")
# Of a question with one answer: `verify access` does not take "it can't be told" for a yes.
UNTOLD = (1, "null and skip, with the reason")
# Of a report that goes as far as it can, and does not take what it could not see for good.
UNJUDGED = (1, "judges what it sees, `unknown`")

# Action that somebody lacks -> command -> how it ends. Of other commands nothing is said, unless the row is WHOLE.
LACKING: dict[str, dict[str, tuple[int, str]]] = {
    f"{ACR}read": {"grant list": NEEDED, "verify chain": SHOWN, "verify login": SHOWN, "grant pull": NEEDED,
                   "verify access": UNTOLD},
    f"{ACR}cacheRules/read": {"bootstrap list": NEEDED, "bootstrap show": NEEDED, "verify chain": SHOWN,
                              "bootstrap create": HANDED, "bootstrap delete": HANDED, "verify upstream": UNJUDGED,
                              "verify pull": UNJUDGED, "verify resolve": NEEDED},
    f"{ACR}cacheRules/write": {"bootstrap create": HANDED},
    f"{ACR}cacheRules/delete": {"bootstrap delete": HANDED},
    f"{ACR}credentialSets/read": {"bootstrap list": SHOWN, "bootstrap show": SHOWN, "verify chain": SHOWN,
                                  "bootstrap create": SHOWN, "grant vault": HANDED, "bootstrap delete": HANDED,
                                  "verify upstream": SHOWN},
    f"{ACR}credentialSets/delete": {"bootstrap delete": HANDED},
    f"{VAULT}read": {"bootstrap list": SHOWN, "bootstrap show": SHOWN, "verify chain": SHOWN, "grant vault": HANDED,
                     "bootstrap delete": HANDED},
    f"{VAULT}secrets/read": {"bootstrap list": SHOWN, "bootstrap show": SHOWN, "verify chain": SHOWN},
    f"{VAULT}secrets/getSecret/action": {"verify upstream": SHOWN},
    "Microsoft.ManagedIdentity/userAssignedIdentities/read": {"grant pull": NEEDED},
    f"{ROLES}roleAssignments/read": {"bootstrap show": SHOWN, "verify chain": SHOWN, "grant list": NEEDED,
                                     "bootstrap delete": HANDED, "verify access": UNTOLD, "grant revoke": NEEDED},
    f"{ROLES}roleAssignments/write": {"grant pull": HANDED},
    f"{ROLES}roleAssignments/delete": {"bootstrap delete": HANDED, "grant revoke": HANDED},
    f"{ROLES}roleDefinitions/read": {"verify chain": SHOWN, "grant list": SHOWN},
    f"{ROLES}denyAssignments/read": {"verify chain": SHOWN, "grant list": SHOWN},
}

# Rows of which every command is run: those that are not named work in full.
WHOLE = (f"{VAULT}secrets/getSecret/action", "Microsoft.ManagedIdentity/userAssignedIdentities/read",
         f"{ROLES}roleAssignments/write")

# What is null in the answer of `bootstrap show` for want of an action: paths of keys and places.
NULL: dict[str, tuple[str, ...]] = {
    f"{ACR}credentialSets/read": ("credentialSet.health", "credentialSet.loginServer", "secrets", "vault"),
    f"{VAULT}read": ("vault", "secrets.0.enabled", "secrets.1.enabled"),
    f"{VAULT}secrets/read": ("secrets.0.enabled", "secrets.1.enabled"),
    f"{ROLES}roleAssignments/read": ("consumers",),
}

# Principal of the seed `roles` (its number) -> what it holds, and the exit codes in the order of COMMANDS.
BY_ROLE: dict[str, tuple[str, tuple[int, ...]]] = {
    "01": ("Owner of the group that holds registry and vault",
           (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
    "04": ("Owner of the registry",
           (0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0)),
    "05": ("Contributor of the registry",
           (0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0)),
    "06": ("Reader of the registry",
           (0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 1, 0, 1, 0, 1)),
    "07": ("Container Registry Cache Rule Administrator",
           (0, 0, 0, 1, 0, 1, 1, 0, 0, 4, 0, 1, 1, 1, 0, 1)),
    "08": ("Container Registry Cache Rule Administrator, Reader of the registry",
           (0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0)),
    "09": ("Container Registry Cache Rule Reader",
           (0, 0, 0, 1, 1, 1, 1, 0, 0, 4, 0, 1, 1, 1, 0, 1)),
    "10": ("Container Registry Credential Set Administrator",
           (1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1)),
    "11": ("Container Registry Credential Set Administrator, Reader of the registry",
           (0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 1, 0, 1, 0, 1)),
    "13": ("Container Registry Cache Rule Administrator and Credential Set Administrator, Reader of the registry",
           (0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0)),
    "14": ("Container Registry Contributor and Data Access Configuration Administrator",
           (1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1)),
    "15": ("Container Registry Configuration Reader and Data Access Configuration Reader",
           (1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1)),
}


def expected(action: str, command: str) -> tuple[int, str] | None:
    """How a command ends for somebody who lacks an action; None where no run has shown it."""
    return LACKING[action].get(command, FULL if action in WHOLE else None)


def _cell(action: str, command: str) -> str:
    ends = expected(action, command)
    return ends[1] if ends else ""


def document() -> str:
    """docs/rights.md, whole."""
    lines = [
        "# Which command needs which right",
        "",
        "What a command does for somebody who may do everything but one action. Where a cell says *null or skip*, the",
        "command ends well and names what it could not read on stderr. Where it says *hands that part over*, it does",
        "what the rights allow, reports the rest as `Blocked` with the line for somebody who may, and ends in 1.",
        "",
        "This page is written from `tests/e2e/rights_table.py`, whose cells are run against a simulated Azure. Of an",
        "empty cell no run has shown anything.",
        "",
        "| Without | " + " | ".join(f"`{command}`" for command in COMMANDS) + " |",
        "|---" * (len(COMMANDS) + 1) + "|"]
    lines += [f"| `{action}` | " + " | ".join(_cell(action, command) for command in COMMANDS) + " |"
              for action in LACKING]
    lines += [
        "",
        "## Built-in roles",
        "",
        "The exit codes of the commands for somebody who holds these roles and no others; 1 means that a part was",
        "handed over, that the command needs a right which the roles do not give, or that its question could not be",
        "answered; 4 that a check failed, such as that somebody who may not pull can't.",
        "",
        "| Roles | " + " | ".join(f"`{command}`" for command in COMMANDS) + " |",
        "|---" * (len(COMMANDS) + 1) + "|"]
    lines += [f"| {held} | " + " | ".join(map(str, codes)) + " |"
              for held, codes in BY_ROLE.values()]
    return "\n".join(lines) + "\n"
