"""What the modelled Azure's other services answer: consumers in ARM, the directory, registries, upstreams."""
from __future__ import annotations

from azext_acrcache.adapters.distribution import DistributionResponse
from azext_acrcache.adapters.rest import Answer
from azext_acrcache.adapters.upstream_registry import UpstreamSignIn
from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.rate_limits import RateLimit
from unit.records import PRINCIPAL


class ModelledServices:
    """Operations of `ModelledAzure` that need no model of registries and vaults.

    :ivar resource_bodies: consumers as ARM has them, by resource ID in lower case.
    :ivar directory: principals by object ID in lower case.
    """

    resource_bodies: dict[str, dict]
    directory: dict[str, DirectoryEntry]

    def _arm_find(self, path, api, subject=""):
        return self.resource_bodies.get(path.lower())

    def _arm_pages(self, path, api, subject=""):
        resource_type = path.partition("/providers/")[2]
        return [body for body in self.resource_bodies.values() if ArmId.parse(body["id"]).type == resource_type]

    def _arm_call(self, method, path, api, body=None, subject=""):
        resource = self.resource_bodies.setdefault(path.lower(), {"id": path})
        resource.update(body)
        return Answer(200, resource, {})

    def _graph_entries(self, object_ids):
        return {object_id: self.directory[object_id] for object_id in map(str.lower, object_ids)
                if object_id in self.directory}

    def _upstream_sign_in(self):
        return UpstreamSignIn(True, 200)

    def _upstream_without_credentials(self, message):
        return message

    def _upstream_rate_limit(self):
        return RateLimit(200, 150, 21600)

    def _upstream_tags(self, repository):
        return DistributionResponse(200)

    def _upstream_manifest(self, repository, reference):
        return DistributionResponse(200, "sha256:" + "a" * 64)

    def _content_sign_in(self):
        return "a.refresh.token"

    def _content_caller_claims(self):
        return {"oid": PRINCIPAL, "idtyp": "user"}
