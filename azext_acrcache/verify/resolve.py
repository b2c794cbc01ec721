"""`az acrcache verify resolve`: which rule serves an image, and what to write instead of it."""
from __future__ import annotations

from azext_acrcache.cli.az_command import az_command


@az_command
def resolve_images(cmd, registry_name, image=None, images=None, source_repo=None, target_repo=None,
                   resource_group_name=None, no_color=False):
    from azext_acrcache.cli.images_argument import images_from
    from azext_acrcache.cli.terminal_report import choose_view
    from azext_acrcache.domain.plan.planned_rules import planned_rules
    from azext_acrcache.workflows.resolve import resolve

    choose_view(cmd, False, no_color)
    planned = planned_rules(source_repo, target_repo)
    references = images_from(image, images) if image or images or not planned else []
    return resolve(cmd, registry_name, resource_group_name, references, planned)
