"""Which command needs which right, and what it does without: the table behind docs/rights.md.

Each row is run by test_rights.py against the simulator's seed `roles`, by somebody who may do everything but that.
"""
from __future__ import annotations

HOLDER = "--assignee-object-id 0e000000-0000-4000-8000-000000000017 --assignee-principal-type ServicePrincipal"
REGISTRY = "-r myregistry -g demo-rg"

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
    "grant pull": f"acrcache grant pull {REGISTRY} --identity puller --wait-timeout 5",
    # Of the seed's principal acr-pull, who has AcrPull on the registry.
    "verify access": f"acrcache verify access {REGISTRY} {HOLDER}",
    "grant revoke": f"acrcache grant revoke {REGISTRY} {HOLDER} --yes --wait-timeout 5",
}

ACR, VAULT, ROLES = "Microsoft.ContainerRegistry/registries/", "Microsoft.KeyVault/vaults/", "Microsoft.Authorization/"

# How a command ends: exit code, and in words for the document. FULL: the right is not used, or nothing depends on it.
FULL, SHOWN = (0, "works"), (0, "null or skip, with the reason")
NEEDED, HANDED = (1, "needs it"), (1, "hands that part over, does the rest")
# Of a question with one answer: `verify access` does not take "it can't be told" for a yes.
UNTOLD = (1, "null and skip, with the reason")

# Action that somebody lacks -> command -> how it ends; commands that are not named work in full.
LACKING: dict[str, dict[str, tuple[int, str]]] = {
    f"{ACR}read": {"grant list": NEEDED, "verify chain": SHOWN, "verify login": SHOWN, "grant pull": NEEDED,
                   "verify access": UNTOLD},
    f"{ACR}cacheRules/read": {"bootstrap list": NEEDED, "bootstrap show": NEEDED, "verify chain": SHOWN,
                              "bootstrap create": HANDED, "bootstrap delete": HANDED, "verify upstream": NEEDED,
                              "verify pull": NEEDED, "verify resolve": NEEDED},
    f"{ACR}cacheRules/write": {"bootstrap create": HANDED},
    f"{ACR}cacheRules/delete": {"bootstrap delete": HANDED},
    f"{ACR}credentialSets/read": {"bootstrap list": SHOWN, "bootstrap show": SHOWN, "verify chain": SHOWN,
                                  "bootstrap create": SHOWN, "grant vault": HANDED, "bootstrap delete": HANDED,
                                  "verify upstream": SHOWN},
    f"{ACR}credentialSets/delete": {"bootstrap delete": HANDED},
    f"{VAULT}read": {"bootstrap list": SHOWN, "bootstrap show": SHOWN, "verify chain": SHOWN, "grant vault": HANDED,
                     "bootstrap delete": HANDED},
    f"{VAULT}secrets/read": {"bootstrap list": SHOWN, "bootstrap show": SHOWN, "verify chain": SHOWN},
    f"{ROLES}roleAssignments/read": {"bootstrap show": SHOWN, "verify chain": SHOWN, "grant list": NEEDED,
                                     "bootstrap delete": HANDED, "verify access": UNTOLD, "grant revoke": NEEDED},
    f"{ROLES}roleAssignments/delete": {"bootstrap delete": HANDED},
    f"{ROLES}roleDefinitions/read": {"verify chain": SHOWN},
    f"{ROLES}denyAssignments/read": {"verify chain": SHOWN, "grant list": SHOWN},
}

# What is null in the answer of `bootstrap show` for want of an action: paths of keys and places.
NULL: dict[str, tuple[str, ...]] = {
    f"{ACR}credentialSets/read": ("credentialSet.health", "credentialSet.loginServer", "secrets", "vault"),
    f"{VAULT}read": ("vault", "secrets.0.enabled", "secrets.1.enabled"),
    f"{VAULT}secrets/read": ("secrets.0.enabled", "secrets.1.enabled"),
    f"{ROLES}roleAssignments/read": ("consumers",),
}

# Principal of the seed `roles` (its number) -> what it holds, and the exit code of each command.
LOOKS, WRITES = ("bootstrap list", "bootstrap show"), ("bootstrap create", "grant vault", "bootstrap delete")


def _codes(*codes: int) -> dict[str, int]:
    return dict(zip((*LOOKS, *WRITES), codes))


BY_ROLE: dict[str, tuple[str, dict[str, int]]] = {
    "01": ("Owner of the group that holds registry and vault",
           _codes(0, 0, 0, 0, 0)),
    "04": ("Owner of the registry",
           _codes(0, 0, 0, 1, 1)),
    "05": ("Contributor of the registry",
           _codes(0, 0, 0, 1, 1)),
    "06": ("Reader of the registry",
           _codes(0, 0, 1, 1, 1)),
    "07": ("Container Registry Cache Rule Administrator",
           _codes(0, 0, 0, 1, 1)),
    "08": ("Container Registry Cache Rule Administrator, Reader of the registry",
           _codes(0, 0, 0, 1, 1)),
    "09": ("Container Registry Cache Rule Reader",
           _codes(0, 0, 1, 1, 1)),
    "10": ("Container Registry Credential Set Administrator",
           _codes(1, 1, 1, 1, 1)),
    "11": ("Container Registry Credential Set Administrator, Reader of the registry",
           _codes(0, 0, 1, 1, 1)),
    "13": ("Container Registry Cache Rule Administrator and Credential Set Administrator, Reader of the registry",
           _codes(0, 0, 0, 1, 1)),
    "14": ("Container Registry Contributor and Data Access Configuration Administrator",
           _codes(1, 1, 1, 1, 1)),
    "15": ("Container Registry Configuration Reader and Data Access Configuration Reader",
           _codes(1, 1, 1, 1, 1)),
}


def _cell(row: dict[str, tuple[int, str]], command: str) -> str:
    return row.get(command, FULL)[1]


def document() -> str:
    """docs/rights.md, whole."""
    lines = [
        "# Which command needs which right",
        "",
        "What a command does for somebody who may do everything but one action. Where a cell says *null or skip*, the",
        "command ends well and names what it could not read on stderr. Where it says *hands that part over*, it does",
        "what the rights allow, reports the rest as `Blocked` with the line for somebody who may, and ends in 1.",
        "",
        "This page is written from `tests/e2e/rights_table.py`, whose rows are run against a simulated Azure.",
        "",
        "| Without | " + " | ".join(f"`{command}`" for command in COMMANDS) + " |",
        "|---" * (len(COMMANDS) + 1) + "|"]
    lines += [f"| `{action}` | " + " | ".join(_cell(row, command) for command in COMMANDS) + " |"
              for action, row in LACKING.items()]
    lines += [
        "",
        "## Built-in roles",
        "",
        "The exit codes of the commands for somebody who holds these roles and no others; 1 means that a part was",
        "handed over, or that the command needs a right which the roles do not give.",
        "",
        "| Roles | " + " | ".join(f"`{command}`" for command in (*LOOKS, *WRITES)) + " |",
        "|---" * (len(LOOKS) + len(WRITES) + 1) + "|"]
    lines += [f"| {held} | " + " | ".join(str(codes[command]) for command in (*LOOKS, *WRITES)) + " |"
              for held, codes in BY_ROLE.values()]
    return "\n".join(lines) + "\n"
