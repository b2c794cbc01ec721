"""Names that Azure gives rules to, and names that we make where none was given."""
from __future__ import annotations

import hashlib
import re

from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.repositories import RepositoryPattern, Source

# containerregistry.json 2025-11-01: cacheRuleName and credentialSetName. The service has been seen to demand less
# than 50, so names that we make stay below.
_CHILD = re.compile(r"[a-zA-Z0-9-]{5,50}")
_LONGEST_MADE = 49
_PROVING_DIGITS = 6
_REGISTRY = re.compile(r"[a-zA-Z0-9]{5,50}")
_VAULT = re.compile(r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]{1,22}[a-zA-Z0-9]")
_SECRET = re.compile(r"[0-9a-zA-Z-]{1,127}")


def check_rule_name(name: str) -> str:
    """The name, where Azure takes it. Raises UserError, as the next four do."""
    return _check(name, _CHILD, "cache rule", "5 to 50 letters, digits and hyphens")


def check_credential_set_name(name: str) -> str:
    return _check(name, _CHILD, "credential set", "5 to 50 letters, digits and hyphens")


def check_registry_name(name: str) -> str:
    return _check(name, _REGISTRY, "registry", "5 to 50 letters and digits")


def check_vault_name(name: str) -> str:
    return _check(name, _VAULT, "key vault", "3 to 24 letters, digits and hyphens, beginning with a letter")


def check_secret_name(name: str) -> str:
    return _check(name, _SECRET, "secret", "1 to 127 letters, digits and hyphens")


def rule_name_for(source: Source, target: RepositoryPattern) -> str:
    """A legal name for the rule that fills `target`: `dotnet/*` gives `dotnet-all`."""
    stem = target.path or source.login_server
    return _legal(f"{stem}-all" if target.wildcard else stem, "rule", f"{source}>{target}")


def proving_name(source: Source, target: RepositoryPattern) -> str:
    """The name that a manifest's rule gets where it has none: that of `rule_name_for` and six digits of a hash.

    The digits prove that this tool made the rule, so that it may be pruned: nobody chooses them by hand, and they fit
    this source and target alone.
    """
    digits = hashlib.sha256(f"{source.with_library()}>{target}".encode()).hexdigest()[:_PROVING_DIGITS]
    stem = rule_name_for(source, target)[:_LONGEST_MADE - _PROVING_DIGITS - 1].rstrip("-")
    return f"{stem}-{digits}"


def is_made_by_apply(name: str, source: Source, target: RepositoryPattern) -> bool:
    """Whether a rule has the name that `bootstrap apply` makes for its source and target. Names have no case."""
    return name.lower() == proving_name(source, target)


def credential_set_name_for(login_server: str) -> str:
    """A legal name for the credential set of an upstream: `docker.io` gives `docker-io`."""
    return _legal(login_server, "login", login_server)


def apart(name: str, seed: str) -> str:
    """`name` with four digits from `seed`, for a second rule that would get the same name."""
    return f"{name[:_LONGEST_MADE - 5].rstrip('-')}-{_digits(seed)}"


def _check(name: str, pattern: re.Pattern[str], what: str, rule: str) -> str:
    if not pattern.fullmatch(name):
        raise UserError(f"'{name}' is not a legal name for a {what}: {rule}.", f"Choose a name of {rule}.")
    return name


def _legal(text: str, ending: str, seed: str) -> str:
    name = re.sub(r"[^a-zA-Z0-9]+", "-", text).strip("-").lower()
    if len(name) < 5:
        name = f"{name}-{ending}"
    if len(name) > _LONGEST_MADE:
        name = apart(name, seed)
    return name


def _digits(seed: str) -> str:
    return hashlib.sha256(seed.encode()).hexdigest()[:4]
