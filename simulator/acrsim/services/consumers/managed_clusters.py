"""Microsoft.ContainerService/managedClusters, as far as `az aks show`, `list`, `update` and `delete` need them.

Shapes, headers and the lower-case `resourcegroups` in ids: recording aks-kubelet-identity.json.
"""
from __future__ import annotations

from ...arm import require
from ...protocol.http import Headers, Request, Response, Router, arm_error
from ...state.operations import Operation
from ...state.resources import Resource
from ...state.world import World
from ..managed_identity.resource_identity import complete_identity, write_identity
from .cluster_profile import new_properties, node_identity, settle_network, written_properties
from .location_operations import begin, status_headers
from .pods import pods_of
from .tracked_resources import TrackedResources

SEED_KEYS = {"managedClusters"}
TYPE = "Microsoft.ContainerService/managedClusters"
# The service writes this version into its status URLs and leaves out ARM's signature, as recorded.
_STATUS_VERSION = "2016-03-30"


def register(router: Router, world: World) -> None:
    Clusters(world).register(router)


class Clusters(TrackedResources):
    # Without a charset, as recorded.
    headers = {"content-type": "application/json"}

    def __init__(self, world: World):
        super().__init__(world, TYPE, _shown)

    def register(self, router: Router) -> None:
        super().register(router)
        self.route(router, "PUT", "", self.put, "write")
        self.route(router, "PATCH", "", self.patch, "write")
        self.route(router, "DELETE", "", self.delete, "delete")

    def put(self, request: Request) -> Response:
        """201 for a new cluster, 200 for a change, each with Azure-AsyncOperation.

        The node identity of a new cluster shows once it is made.
        """
        world, body = self.world, request.json()
        resource_id = request.args["resource_id"]
        present = world.resources.get(resource_id)
        if present is None:
            if not body.get("location"):
                raise arm_error(400, "LocationRequired", "The location property is required for this definition.")
            cluster = Resource(resource_id, TYPE, request.args["name"], body["location"].lower().replace(" ", ""))
            cluster.properties = new_properties(world, cluster, (body.get("properties") or {}))
        else:
            self._check_idle(present)
            cluster = present
        given = body.get("properties") or {}
        if body.get("identity") is not None:
            write_identity(world, request, cluster, body["identity"], merge=False)
        if present is not None:
            cluster.properties = written_properties(cluster.properties, given)
        cluster.sku = body.get("sku") or cluster.sku or {"name": "Base", "tier": "Free"}
        cluster.tags = body.get("tags", cluster.tags)
        world.resources.put(cluster)
        operation = self._begin(request, cluster, "Updating" if present else "Creating")
        return Response(200 if present else 201, _shown(cluster), self._headers(operation))

    def patch(self, request: Request) -> Response:
        """Tags; the specification has nothing else (ManagedClusters_UpdateTags)."""
        cluster = self.known(request)
        self._check_idle(cluster)
        cluster.tags = request.json().get("tags") or {}
        operation = self._begin(request, cluster, "Updating")
        return Response(200, _shown(cluster), self._headers(operation))

    def delete(self, request: Request) -> Response:
        """202 with both status URLs; the node identity goes with the cluster. 204 where there is none."""
        require(self.world, request, f"{TYPE}/delete", request.args["resource_id"])
        cluster = self.world.resources.get(request.args["resource_id"])
        if cluster is None:
            return Response(204)

        def gone() -> None:
            profile = cluster.properties.get("identityProfile") or {}
            # An identity that the user brought stays.
            for entry in profile.values():
                if f"/resourcegroups/{cluster.properties['nodeResourceGroup']}/".lower() in entry["resourceId"].lower():
                    self.world.remove_resource(entry["resourceId"])
            self.world.remove_resource(cluster.id)

        operation = _unsigned(begin(self.world, request, cluster, "Deleting", gone))
        headers = status_headers(self.world, operation)
        headers["location"] = operation.url(operation.location_path("operationresults"))
        return Response(202, None, headers)

    def _begin(self, request: Request, cluster: Resource, verb: str) -> Operation:
        def pools(state: str) -> None:
            for pool in cluster.properties["agentPoolProfiles"]:
                pool["provisioningState"] = state

        def done() -> None:
            pools("Succeeded")
            complete_identity(self.world, cluster)
            settle_network(self.world, cluster)
            if cluster.identity and "identityProfile" not in cluster.properties:
                cluster.properties["identityProfile"] = node_identity(self.world, cluster)

        pools(verb)
        return _unsigned(begin(self.world, request, cluster, verb, done))

    def _headers(self, operation: Operation) -> Headers:
        return Headers({**status_headers(self.world, operation), **self.headers})

    def _check_idle(self, cluster: Resource) -> None:
        running = self.world.operations.running_on(cluster.id)
        if running:
            # Guess: the text, after the service's documented code for an operation in progress.
            raise arm_error(409, "OperationNotAllowed",
                            f"Operation is not allowed: Another operation ({running.verb}) is in progress, please wait "
                            "for it to finish before starting a new operation. See "
                            "https://aka.ms/aks-pending-operation for more details")


def seed(world: World, document: dict) -> None:
    """`managedClusters`: {name, subscription, group, location?, tags?, identity?, ...}.

    nodeIdentity: {resourceId?, principalId, clientId}: one that exists, or by default a new one in the node group;
    furtherNodeIdentities: {<profile name>: <user-assigned identity id>}; servicePrincipal: an app id, for a cluster
    without managed identity; powerState: Running|Stopped; provisioningState; bootstrapRegistry: a registry's id, for a
    network-isolated cluster; properties: laid over the rest; pods, manyPods, namespaces, forbidsPods: what runs in it
    (pods.py).
    """
    service = Clusters(world)
    for entry in document.get("managedClusters") or []:
        if not entry.get("identity") and not entry.get("servicePrincipal"):
            entry = {**entry, "identity": {"system": True}}
        cluster = service.plant(entry, {})
        given: dict = {"servicePrincipalProfile": {"clientId": entry["servicePrincipal"]}} \
            if entry.get("servicePrincipal") else {}
        if entry.get("bootstrapRegistry"):
            given["bootstrapProfile"] = {"artifactSource": "Cache", "containerRegistryId": entry["bootstrapRegistry"]}
            given["networkProfile"] = {"outboundType": "none"}
        cluster.properties = new_properties(world, cluster, given)
        cluster.sku = {"name": "Base", "tier": "Free"}
        if cluster.identity:
            cluster.properties["identityProfile"] = {
                **node_identity(world, cluster, entry.get("nodeIdentity")),
                **{name: node_identity(world, cluster, {"resourceId": key})["kubeletidentity"]
                   for name, key in (entry.get("furtherNodeIdentities") or {}).items()}}
        power = {"code": entry.get("powerState", "Running")}
        state = entry.get("provisioningState", "Succeeded")
        cluster.properties.update({"provisioningState": state, "powerState": power, **(entry.get("properties") or {})})
        cluster.internal["pods"] = pods_of(entry)
        settle_network(world, cluster)
        for pool in cluster.properties["agentPoolProfiles"]:
            pool.update({"provisioningState": state, "powerState": power})


def _shown(cluster: Resource) -> dict:
    return {**cluster.to_arm(), "id": cluster.id.replace("/resourceGroups/", "/resourcegroups/"),
            "type": "Microsoft.ContainerService/ManagedClusters"}


def _unsigned(operation: Operation) -> Operation:
    operation.api_version, operation.signature = _STATUS_VERSION, []
    return operation
