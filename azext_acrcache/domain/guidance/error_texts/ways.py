"""The lines of `az acrcache` that look closer at or mend what a text tells, with the names that it gives.

A way makes a fix of a reading; those of az's own commands stand in `az_ways`.
"""
from __future__ import annotations

from azext_acrcache.domain.guidance.az_lines import AzLine, PrintedLine
from azext_acrcache.domain.guidance.error_texts.error_text import Way
from azext_acrcache.domain.guidance.error_texts.reading import Reading
from azext_acrcache.domain.guidance.error_texts.subjects import (consumer_of, image_of, reference_of, registry_name,
                                                                 registry_of, repository_of)
from azext_acrcache.domain.guidance.fix import Fix
from azext_acrcache.domain.guidance.fixes import WRITE_POLICIES, WRITE_ROLES, WRITE_RULE

READ_REGISTRY = "Microsoft.ContainerRegistry/registries/read"


def verify_pull(reading: Reading) -> Fix:
    return _look(_on_registry(reading, "acrcache", "verify", "pull").option("--image", image_of(reading)), reading)


def verify_resolve(reading: Reading) -> Fix:
    line = _on_registry(reading, "acrcache", "verify", "resolve").option("--image", reference_of(reading))
    return _look(line, reading)


def resolve_source(reading: Reading) -> Fix:
    """Which rule serves the image that a rule draws."""
    source = reading.nouns.get("source") or reference_of(reading)
    return _look(_on_registry(reading, "acrcache", "verify", "resolve").option("--image", source), reading)


def verify_upstream(reading: Reading) -> Fix:
    line = _on_registry(reading, "acrcache", "verify", "upstream").option("--name", reading.nouns.get("rule"))
    return Fix(PrintedLine(line), f"{READ_REGISTRY} on {registry_name(reading)} and the right to read the secrets")


def verify_chain(*only: str) -> Way:
    """Of the rule that the text names, else of all."""
    def way(reading: Reading) -> Fix:
        line = _on_registry(reading, "acrcache", "verify", "chain").option("--name", reading.nouns.get("rule"))
        return _look(line.option("--only", *only), reading)
    return way


def verify_access(reading: Reading) -> Fix:
    line = _on_registry(reading, "acrcache", "verify", "access").option(*consumer_of(reading))
    return _look(line.option("--repository", repository_of(reading)), reading)


def verify_login(reading: Reading) -> Fix:
    return _look(_on_registry(reading, "acrcache", "verify", "login"), reading)


def grant_pull(reading: Reading) -> Fix:
    line = _on_registry(reading, "acrcache", "grant", "pull").option(*consumer_of(reading))
    return Fix(PrintedLine(line), f"{WRITE_ROLES} on {registry_name(reading)}")


def grant_principal(reading: Reading) -> Fix:
    """Without a look into Entra ID."""
    line = _on_registry(reading, "acrcache", "grant", "pull")
    line = line.option("--assignee-object-id", reading.nouns.get("principal", "MyPrincipalId"))
    return Fix(PrintedLine(line.option("--assignee-principal-type", "ServicePrincipal")),
               f"{WRITE_ROLES} on {registry_name(reading)}")


def grant_vault(reading: Reading) -> Fix:
    line = _on_registry(reading, "acrcache", "grant", "vault")
    line = line.option("--name", reading.nouns.get("set", "MyCredentialSet"))
    return Fix(PrintedLine(line), f"{WRITE_ROLES} or {WRITE_POLICIES} on {reading.nouns.get('vault', 'its key vault')}")


def grant_list(reading: Reading) -> Fix:
    line = _on_registry(reading, "acrcache", "grant", "list").option("--output", "table")
    return Fix(PrintedLine(line), f"Microsoft.Authorization/roleAssignments/read on {registry_name(reading)}")


def orphans(reading: Reading) -> Fix:
    line = _on_registry(reading, "acrcache", "grant", "list").option("--query", "[?orphan]")
    return Fix(PrintedLine(line), f"Microsoft.Authorization/roleAssignments/read on {registry_name(reading)}")


def bootstrap_list(reading: Reading) -> Fix:
    return _look(_on_registry(reading, "acrcache", "bootstrap", "list").option("--output", "table"), reading)


def bootstrap_delete(reading: Reading) -> Fix:
    line = _on_registry(reading, "acrcache", "bootstrap", "delete")
    line = line.option("--name", reading.nouns.get("rule", "MyRule"))
    return Fix(PrintedLine(line),
               f"Microsoft.ContainerRegistry/registries/cacheRules/delete on {registry_name(reading)}")


def bootstrap_create(reading: Reading) -> Fix:
    """The rule of the text with a credential set."""
    line = _on_registry(reading, "acrcache", "bootstrap", "create").option("--name", reading.nouns.get("rule"))
    line = line.option("--source-repo", reading.nouns.get("source", "docker.io/library/MyRepository"))
    line = line.option("--vault", "MyVault")
    line = line.option("--username-id", "MyUserSecret").option("--password-id", "MyPasswordSecret")
    return Fix(PrintedLine(line), f"{WRITE_RULE} on {registry_name(reading)}")


def import_image(reading: Reading) -> Fix:
    nouns = reading.nouns
    source = nouns.get("image") if "image" in nouns and "." in nouns["image"].partition("/")[0] else None
    line = AzLine.of("acr", "import").registry(registry_of(reading), "--name")
    line = line.option("--source", source or f"{nouns.get('upstream', 'MyLoginServer')}/{image_of(reading)}")
    return Fix(PrintedLine(line),
               f"Microsoft.ContainerRegistry/registries/importImage/action on {registry_name(reading)}")


def _look(line: AzLine, reading: Reading) -> Fix:
    return Fix(PrintedLine(line), f"{READ_REGISTRY} on {registry_name(reading)}")


def _on_registry(reading: Reading, *command: str) -> AzLine:
    return AzLine.of(*command).registry(registry_of(reading))
