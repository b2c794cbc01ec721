"""`az acrcache grant list`: who can pull and push, by which role, and whether the registry's mode honours it."""
from __future__ import annotations

from knack.log import get_logger

from azext_acrcache.in_az_terms import in_az_terms

logger = get_logger(__name__)


@in_az_terms
def list_grants(cmd, registry_name, resource_group_name=None, repository=None, consumer_kind=None, if_mode=None):
    from azext_acrcache.access_survey import AccessSurvey
    from azext_acrcache.adapters.azure import Azure
    from azext_acrcache.domain.place import place_of
    from azext_acrcache.domain.access_report import keeping_line, losing
    from azext_acrcache.domain.pull_access import pull_access
    from azext_acrcache.engine.side_by_side import side_by_side
    from azext_acrcache.grant.consumer_arguments import repositories_from

    wanted = repositories_from(repository)
    survey = AccessSurvey(Azure(cmd.cli_ctx), place_of(registry_name, resource_group_name))
    snapshot, denied = side_by_side([survey.everybody, lambda: _denials(survey)])
    _check_known(snapshot.registry)
    found = pull_access(snapshot.registry, snapshot.assignments, snapshot.definitions)
    for warning in denied:
        logger.warning(warning)
    lines = {}
    if if_mode:
        found = losing(found, pull_access(snapshot.registry, snapshot.assignments, snapshot.definitions, if_mode))
        lines = {one.assignment.id: keeping_line(snapshot.registry.name, one, if_mode) for one in found}
    if wanted:
        # Roles that the mode ignores are shown too: their owners believe that they cover it.
        found = [one for one in found if any(one.touches(pattern) for pattern in wanted)]
    report = described(survey, found)
    if consumer_kind:
        report = [entry for entry in report if entry["kind"] in consumer_kind]
    for entry in report:
        # Nobody is helped by keeping what an identity had that no longer exists.
        if entry["assignmentId"] in lines and not entry["orphan"]:
            entry["keepWith"] = lines[entry["assignmentId"]]
    return report


def described(survey, found):
    """The contract's entries, with what the directory knows of the principals, as far as the caller may ask it."""
    from azext_acrcache.adapters.rest import Refused, Unreachable
    from azext_acrcache.domain.access_report import entries
    directory, clusters = None, {}
    if found:
        try:
            directory = survey.directory([one.assignment for one in found])
            clusters = survey.node_identities(list(directory.values()))
        except (Refused, Unreachable) as ex:
            logger.warning("Names, kinds and orphans are not shown, since Entra ID could not be asked: %s", ex)
    return entries(found, directory, clusters)


def _denials(survey):
    """What the list leaves out, in words: whom a deny assignment names may hang on groups that nobody lists here."""
    from azext_acrcache.adapters.rest import Refused
    try:
        return [f"The deny assignment '{one.name}' on '{one.scope}' takes pull or push from those that it names, "
                "whatever their roles. See what it does to a consumer: az acrcache verify access --registry "
                f"{survey.registry.name}" for one in survey.denials()]
    except Refused as refused:
        if not refused.forbidden:
            raise
        return [f"Deny assignments are not taken into account, since you may not read them: {refused.message}"]


def _check_known(registry):
    from azext_acrcache.domain.refusal import Conflict
    if registry.assumed:
        raise Conflict(f"You may not read the registry '{registry.name}', so that its mode is not known.",
                       "Ask for the role Reader on it.")
