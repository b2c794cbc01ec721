"""API versions of Microsoft.ContainerRegistry and what each of them shows.

Sources: the header api-supported-versions recorded on 2026-03-24 and the fact sheet, section 8.
"""
from __future__ import annotations

CACHE_VERSIONS = [
    "2023-01-01-preview", "2023-06-01-preview", "2023-07-01", "2023-08-01-preview", "2023-11-01-preview",
    "2024-01-01-preview", "2024-11-01-preview", "2025-03-01-preview", "2025-04-01", "2025-05-01-preview",
    "2025-06-01-preview", "2025-09-01-preview", "2025-11-01", "2025-12-01-preview", "2026-01-01-preview",
    "2026-03-01-preview", "2026-09-01-preview"]

REGISTRY_VERSIONS = [
    "2017-10-01", "2019-05-01", "2019-12-01-preview", "2020-11-01-preview", "2021-06-01-preview", "2021-08-01-preview",
    "2021-09-01", "2021-12-01-preview", "2022-02-01-preview", "2022-12-01", *CACHE_VERSIONS]

SUPPORTED_HEADER = {"api-supported-versions": ", ".join(CACHE_VERSIONS)}


def is_preview(version: str) -> bool:
    return version.lower().endswith("-preview")


def shows_role_assignment_mode(version: str) -> bool:
    """Absent in 2023-07-01 and 2025-04-01, there from 2025-11-01 on (sdk 10.3.0 to 15.1.0b3)."""
    # Guess: previews older than 2025-11-01 do not show it either.
    return version[:10] >= "2025-11-01"


def knows_rule_identity(version: str) -> bool:
    """`identity` on cache rules: 2026-01-01-preview and later previews, no stable version."""
    return version[:10] >= "2026-01-01" and is_preview(version)


def knows_additional_authentication(version: str) -> bool:
    """`additionalAuthenticationProperties` and `writableCacheRepos`: 2026-09-01-preview."""
    return version[:10] >= "2026-09-01" and is_preview(version)


def answers_registry_at_once(version: str) -> bool:
    """Registry PUT and PATCH: 201 and an operation in 2023-11-01-preview, 200 at once in 2026-01-01-preview (recorded)."""
    # Guess: the turn came with 2025-11-01; versions before 2022 answered at once too (recorded for 2021-08-01-preview).
    return version[:10] >= "2025-11-01" or version[:10] < "2022-01-01"
