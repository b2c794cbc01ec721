"""Resource providers as `az` asks for them before generic resource commands."""
from __future__ import annotations

from ...arm import subscription_route
from ...protocol.http import Request, Response, Router, arm_error
from ...state.world import World
from .subscriptions import LOCATIONS

_TYPES = {
    "Microsoft.ContainerRegistry": {name: ["2026-01-01-preview", "2025-11-01", "2025-04-01", "2023-07-01"] for name in (
        "registries", "registries/cacheRules", "registries/credentialSets")},
    "Microsoft.KeyVault": {"vaults": ["2026-02-01", "2023-07-01"], "vaults/secrets": ["2026-02-01", "2023-07-01"],
                           "deletedVaults": ["2026-02-01", "2023-07-01"]},
    "Microsoft.ManagedIdentity": {"userAssignedIdentities": ["2024-11-30", "2023-01-31"]},
    "Microsoft.ContainerService": {"managedClusters": ["2026-06-01", "2024-09-01"]},
    "Microsoft.Compute": {"virtualMachines": ["2024-11-01", "2024-07-01"],
                          "virtualMachineScaleSets": ["2024-11-01", "2024-07-01"]},
    "Microsoft.Web": {"sites": ["2025-05-01", "2023-12-01"], "sites/slots": ["2025-05-01", "2023-12-01"]},
    "Microsoft.App": {"containerApps": ["2025-07-01", "2022-10-01"], "jobs": ["2025-07-01", "2024-03-01"],
                      "managedEnvironments": ["2025-07-01", "2022-10-01"]},
    "Microsoft.ContainerInstance": {"containerGroups": ["2023-05-01"]},
    "Microsoft.Authorization": {"roleAssignments": ["2022-04-01"], "roleDefinitions": ["2022-04-01"]},
    "Microsoft.Resources": {"resourceGroups": ["2024-11-01", "2022-09-01"], "subscriptions": ["2022-12-01"]},
}


def register(router: Router, world: World) -> None:
    def one(request: Request) -> Response:
        name = next((known for known in _TYPES if known.lower() == request.args["namespace"].lower()), None)
        if name is None:
            raise arm_error(404, "InvalidResourceNamespace",
                            f"The resource namespace '{request.args['namespace']}' is invalid.")
        return Response(200, _shown(world, request.args["subscription"], name))

    def every(request: Request) -> Response:
        return Response(200, {"value": [_shown(world, request.args["subscription"], name) for name in _TYPES]})

    def enroll(request: Request) -> Response:
        """At once, where Azure takes minutes."""
        world.subscription(request.args["subscription"]).unregistered.discard(request.args["namespace"].lower())
        return one(request)

    action = "Microsoft.Resources/subscriptions/providers/read"
    subscription_route(router, world, "GET", "providers", every, action)
    subscription_route(router, world, "GET", "providers/{namespace}", one, action)
    # Guess: one right for every provider; in Azure it is the provider's own register/action.
    subscription_route(router, world, "POST", "providers/{namespace}/register", enroll,
                       "Microsoft.Resources/subscriptions/providers/register/action")


def _shown(world: World, subscription: str, name: str) -> dict:
    missing = name.lower() in world.subscription(subscription).unregistered
    return {"id": f"/subscriptions/{subscription}/providers/{name}", "namespace": name,
            "registrationPolicy": "RegistrationRequired",
            "registrationState": "NotRegistered" if missing else "Registered",
            "resourceTypes": [{"resourceType": kind, "apiVersions": versions, "locations": list(LOCATIONS.values())}
                              for kind, versions in _TYPES[name].items()]}
