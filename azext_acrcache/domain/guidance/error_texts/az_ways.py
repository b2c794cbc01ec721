"""The lines of az itself that look closer at or mend what a text tells, with the names that it gives."""
from __future__ import annotations

from azext_acrcache.domain.guidance.az_lines import AzLine, PrintedLine
from azext_acrcache.domain.guidance.error_texts.error_text import Way
from azext_acrcache.domain.guidance.error_texts.reading import Reading
from azext_acrcache.domain.guidance.error_texts.subjects import (arm_id, registry_name, registry_of, scope_of,
                                                                 vault_name_in)
from azext_acrcache.domain.guidance.fix import Fix
from azext_acrcache.domain.guidance.fixes import WRITE_REGISTRY, WRITE_ROLES, WRITE_VAULT

NOTHING = "nothing"
READ_REGISTRY = "Microsoft.ContainerRegistry/registries/read"


def acr(command: str, *arguments: str, option: str = "--name", needs: str = READ_REGISTRY) -> Way:
    """`az acr …` on the registry of the text. :param needs: the action on it that this takes."""
    def way(reading: Reading) -> Fix:
        line = AzLine.of("acr", *command.split()).registry(registry_of(reading), option).add(*arguments)
        return Fix(PrintedLine(line), f"{needs} on {registry_name(reading)}" if needs != NOTHING else needs)
    return way


def allow_ip(reading: Reading) -> Fix:
    line = AzLine.of("acr", "network-rule", "add").registry(registry_of(reading), "--name")
    return Fix(PrintedLine(line.option("--ip-address", reading.nouns.get("ip", "MyIPAddress"))),
               f"{WRITE_REGISTRY} on {registry_name(reading)}")


def vault(verb: str, *arguments: str, needs: str = "Microsoft.KeyVault/vaults/read") -> Way:
    """`az keyvault …` on the vault of the text. :param needs: the action on it that this takes."""
    def way(reading: Reading) -> Fix:
        name, vault_id = vault_name_in(reading), arm_id(reading.nouns.get("vault_id", ""))
        line = AzLine.of("keyvault", verb)
        line = line.resource(vault_id) if vault_id else line.option("--name", name)
        return Fix(PrintedLine(line.add(*arguments)), f"{needs} on {name}")
    return way


let_registry_into_vault = vault("update", "--bypass", "AzureServices", needs=WRITE_VAULT)


def secret(verb: str, *words: str, needs: str) -> Way:
    """`az keyvault secret …` on the secret of the text."""
    def way(reading: Reading) -> Fix:
        vault_name, name = vault_name_in(reading), reading.nouns.get("secret", "MySecret")
        line = AzLine.of("keyvault", "secret", verb).option("--vault-name", vault_name).option("--name", name)
        return Fix(PrintedLine(line.add(*words)), f"Microsoft.KeyVault/vaults/secrets/{needs} on {vault_name}/{name}")
    return way


enable_secret = secret("set-attributes", "--enabled", "true", needs="update/action")
recover_secret = secret("recover", needs="recover/action")
# The value is in a file that the user writes: nothing is stored that nobody typed.
store_secret = secret("set", "--file", "FILE", "--encoding", "utf-8", needs="setSecret/action")
_SHOW = "show"  # not in the call itself, which azdev would take for the registration of a command
show_secret = secret(_SHOW, "--query", "attributes", needs="readMetadata/action")


def deleted_secrets(reading: Reading) -> Fix:
    line = AzLine.of("keyvault", "secret", "list-deleted").option("--vault-name", vault_name_in(reading))
    return Fix(PrintedLine(line), f"Microsoft.KeyVault/vaults/secrets/readMetadata/action on {vault_name_in(reading)}")


def give_role(role: str) -> Way:
    """To the principal of the text, at its scope; `User` since it is the caller who was refused."""
    def way(reading: Reading) -> Fix:
        line = AzLine.of("role", "assignment", "create").option("--role", role)
        line = line.option("--assignee-object-id", reading.nouns.get("principal", "MyPrincipalId"))
        line = line.option("--assignee-principal-type", "User").option("--scope", scope_of(reading))
        return Fix(PrintedLine(line), f"{WRITE_ROLES} on {scope_of(reading)}")
    return way


def give_principal_role(reading: Reading) -> Fix:
    """With the kind of principal, so that ARM does not look a new identity up."""
    line = AzLine.of("role", "assignment", "create").option("--role", "Key Vault Secrets User")
    line = line.option("--assignee-object-id", reading.nouns.get("principal", "MyPrincipalId"))
    line = line.option("--assignee-principal-type", "ServicePrincipal").option("--scope", scope_of(reading))
    return Fix(PrintedLine(line), f"{WRITE_ROLES} on {scope_of(reading)}")


def show_principal(reading: Reading) -> Fix:
    """Which kind it is: the type of what Entra ID answers."""
    principal = reading.nouns.get("principal", "MyPrincipalId")
    url = f"https://graph.microsoft.com/v1.0/directoryObjects/{principal}"
    return Fix(PrintedLine(AzLine.of("rest").option("--url", url)), "the right to read Entra ID")


def list_roles(reading: Reading) -> Fix:
    line = AzLine.of("role", "assignment", "list").option("--assignee", reading.nouns.get("principal"))
    line = line.option("--scope", scope_of(reading)).flag("--include-inherited").option("--output", "table")
    return Fix(PrintedLine(line), f"Microsoft.Authorization/roleAssignments/read on {scope_of(reading)}")


def list_locks(reading: Reading) -> Fix:
    """Lists them: which one stands in the way, and whether it may go, is for its owner to say."""
    locked = reading.nouns.get("locked", "")
    line, levels = AzLine.of("lock", "list"), locked.split("/")
    if arm_id(locked):
        line = line.option("--resource", locked)
    elif len(levels) > 2:
        line = line.option("--resource-group", *levels[4:5]).option("--subscription", levels[2])
    return Fix(PrintedLine(line.option("--output", "table")),
               f"Microsoft.Authorization/locks/read on {locked or 'the scope'}")


def policy_states(reading: Reading) -> Fix:
    scope = reading.nouns.get("scope") or reading.nouns.get("registry_id") or reading.nouns.get("vault_id")
    line = AzLine.of("policy", "assignment", "list").option("--scope", scope)
    line = line.option("--resource-group", None if scope else reading.nouns.get("group", "MyGroup"))
    return Fix(PrintedLine(line), "Microsoft.Authorization/policyAssignments/read")


def az(*words: str, needs: str = NOTHING) -> Way:
    """A line that holds no name of the text."""
    def way(reading: Reading) -> Fix:
        return Fix(PrintedLine(AzLine.of().add(*words)), needs)
    return way


def register_provider(reading: Reading) -> Fix:
    provider = reading.nouns.get("provider", "Microsoft.ContainerRegistry")
    return Fix(PrintedLine(AzLine.of("provider", "register").option("--namespace", provider)),
               f"{provider}/register/action")


def service_principal(reading: Reading) -> Fix:
    name = reading.nouns.get("application", "MyAppId")
    line = AzLine.of("ad", "app", "credential", "list").option("--id", name)
    return Fix(PrintedLine(line), "the right to read the application in Entra ID")
