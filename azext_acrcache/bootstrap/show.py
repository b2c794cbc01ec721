"""`az acrcache bootstrap show` and `list`: chains, joined."""
from __future__ import annotations

from azext_acrcache.in_az_terms import in_az_terms


@in_az_terms
def show_chain(cmd, registry_name, name, resource_group_name=None):
    from azext_acrcache.domain.place import name_in
    from azext_acrcache.domain.refusal import Missing

    survey, name = _survey(cmd, registry_name, resource_group_name), name_in(registry_name, name, "cacheRules",
                                                                             "cache rule")
    snapshot = survey.for_show([name])
    rule = snapshot.rule(name)
    if rule is None:
        raise Missing(f"The registry '{snapshot.registry.name}' has no cache rule '{name}'.",
                      f"See those that it has: az acrcache bootstrap list --registry {snapshot.registry.name} --output "
                      "table")
    return {**_joined(rule, snapshot), "consumers": _consumers(cmd, snapshot.registry, rule.target)}


def _consumers(cmd, registry, target):
    """Who may pull what the rule fills, as `grant list` answers it."""
    from azext_acrcache.access_survey import AccessSurvey
    from azext_acrcache.adapters.azure import Azure
    from azext_acrcache.domain.pull_access import pull_access
    from azext_acrcache.grant.list import described
    from azext_acrcache.domain.place import Place
    survey = AccessSurvey(Azure(cmd.cli_ctx), Place(registry.id))
    snapshot = survey.everybody()
    found = pull_access(registry, snapshot.assignments, snapshot.definitions)
    return described(survey, [one for one in found if one.touches(target)])


@in_az_terms
def list_chains(cmd, registry_name, resource_group_name=None):
    snapshot = _survey(cmd, registry_name, resource_group_name).for_show(None)
    return [_joined(rule, snapshot) for rule in sorted(snapshot.rules, key=lambda rule: rule.name.lower())]


def _joined(rule, snapshot):
    found = next((one for one in snapshot.credential_sets if one.id == rule.credential_set), None)
    vault = snapshot.vaults.get(found.secrets[0].vault_host) if found and found.secrets else None
    target = rule.target.fill("<repository>") if rule.target.wildcard else rule.target
    return {
        "name": rule.name, "id": str(rule.id), "source": str(rule.source), "target": str(rule.target),
        "reference": f"{snapshot.registry.login_server}/{target}:<tag>",
        "credentialSet": _credential_set(rule, found),
        "identity": rule.identities[0] if rule.identities else None,
        "vault": {"name": vault.name, "id": str(vault.id), "access": "rbac" if vault.rbac else "policy"}
        if vault else None,
        "secrets": [_secret(secret, snapshot) for secret in found.secrets] if found else []}


def _credential_set(rule, found):
    if rule.credential_set is None:
        return None
    if found is None:
        # The rule names one that is gone, or that the caller may not read.
        return {"name": rule.credential_set.name, "loginServer": None, "health": None}
    health = {"status": found.health.status, "errorCode": found.health.error_code,
              "errorMessage": found.health.error_message}
    return {"name": found.name, "loginServer": found.login_server, "health": health}


def _secret(secret, snapshot):
    found = snapshot.secret(secret)
    return {"name": secret.name, "id": str(secret), "enabled": found.enabled if found else None,
            "expires": _as_date(found.expires) if found else None}


def _as_date(seconds):
    from datetime import datetime, timezone
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat() if seconds else None


def _survey(cmd, registry_name, resource_group_name):
    from azext_acrcache.adapters.azure import Azure
    from azext_acrcache.domain.place import place_of
    from azext_acrcache.survey import Survey
    return Survey(Azure(cmd.cli_ctx), place_of(registry_name, resource_group_name))
