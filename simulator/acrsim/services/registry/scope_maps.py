"""Scope maps of repository tokens: which actions on which repositories.

Source: AC/container-registry-token-based-repository-permissions; the built-in maps are those that every registry lists.
"""
from __future__ import annotations

SCOPE_MAP = "Microsoft.ContainerRegistry/registries/scopeMaps"
TOKEN = "Microsoft.ContainerRegistry/registries/tokens"

_ACTIONS = {"content/read": "pull", "content/write": "push", "content/delete": "delete",
            "metadata/read": "metadata_read", "metadata/write": "metadata_write"}
_BUILT_IN = {
    "_repositories_pull": ("Can pull any repository of the registry", ["content/read"]),
    "_repositories_pull_metadata_read": ("Can perform all read operations on the registry",
                                         ["content/read", "metadata/read"]),
    "_repositories_push": ("Can push to any repository of the registry", ["content/read", "content/write"]),
    "_repositories_push_metadata_write": ("Can perform all read and write operations on the registry",
                                          ["content/read", "content/write", "metadata/read", "metadata/write"]),
    "_repositories_admin": ("Can perform all read, write and delete operations on the registry", list(_ACTIONS))}


def built_in() -> dict[str, dict]:
    """The properties of the scope maps that every registry has, by name."""
    return {name: {"description": description, "type": "SystemDefined",
                   "actions": [f"repositories/*/{action}" for action in actions]}
            for name, (description, actions) in _BUILT_IN.items()}


def actions_of(world, scope_map_id: str) -> list[str] | None:
    """The actions of a scope map, the registry's own or built in; None where there is none."""
    found = world.resources.get(scope_map_id)
    if found is not None:
        return found.properties["actions"]
    system = built_in().get(scope_map_id.rsplit("/", 1)[-1])
    return system["actions"] if system else None


def is_legal_action(action: str) -> bool:
    """`repositories/<name or prefix/*>/content/read` and the like."""
    repository, kind = _split(action)
    return bool(repository) and kind in _ACTIONS and "*" not in repository.removesuffix("*")


def granted(actions: list[str], repository: str) -> set[str]:
    """The data plane's words for what the actions of a scope map allow on a repository."""
    found = set()
    for action in actions:
        name, kind = _split(action)
        if name == repository or name == "*" or name.endswith("/*") and repository.startswith(name[:-1]):
            found.add(_ACTIONS[kind])
    return found


def _split(action: str) -> tuple[str, str]:
    parts = action.split("/")
    return ("/".join(parts[1:-2]), "/".join(parts[-2:])) if parts[0] == "repositories" and len(parts) > 3 else ("", "")
