"""Microsoft.KeyVault/deletedVaults: vaults that are deleted and can be recovered or purged."""
from __future__ import annotations

from ...arm import page, subscription_route
from ...protocol.http import Request, Response, Router, arm_error
from ...state.world import World
from .store import DeletedVault, VaultStore

_SERVICE = {"x-ms-keyvault-service-version": "1.5.339.1"}


def register(router: Router, world: World) -> None:
    service = _DeletedVaults(world)
    one = "providers/Microsoft.KeyVault/locations/{location}/deletedVaults/{vault}"
    subscription_route(router, world, "GET", "providers/Microsoft.KeyVault/deletedVaults", service.list,
                       "Microsoft.KeyVault/deletedVaults/read")
    # `az keyvault list-deleted` asks for both kinds; this world has no managed HSM.
    subscription_route(router, world, "GET", "providers/Microsoft.KeyVault/deletedManagedHSMs",
                       lambda request: page(request, []), "Microsoft.KeyVault/deletedManagedHsms/read")
    subscription_route(router, world, "GET", one, service.get, "Microsoft.KeyVault/locations/deletedVaults/read")
    subscription_route(router, world, "POST", one + "/purge", service.purge,
                       "Microsoft.KeyVault/locations/deletedVaults/purge/action")


class _DeletedVaults:
    def __init__(self, world: World):
        self._world, self._store = world, world.part(VaultStore)

    def list(self, request: Request) -> Response:
        here = [item for item in self._store.deleted.values()
                if item.vault.subscription.lower() == request.args["subscription"].lower()]
        return page(request, sorted(here, key=lambda item: item.vault.name.lower()), self._shown)

    def get(self, request: Request) -> Response:
        return Response(200, self._shown(self._known(request)), _SERVICE)

    def purge(self, request: Request) -> Response:
        gone = self._known(request)
        if gone.vault.properties.get("enablePurgeProtection"):
            raise arm_error(400, "MethodNotAllowed", "Operation 'DeletedVaultPurge' is not allowed.")

        def done() -> None:
            self._store.deleted.pop(gone.vault.name.lower(), None)
            self._store.drop(gone.vault.name)

        operation = self._world.operations.begin(request, gone.vault.id, "purge", "Deleting", gone.vault.location, done)
        return Response(202, None, {**self._world.operations.location_headers(operation), **_SERVICE})

    def _known(self, request: Request) -> DeletedVault:
        name = request.args["vault"]
        gone = self._store.deleted.get(name.lower())
        if gone is None or gone.vault.location != request.args["location"].lower().replace(" ", ""):
            # Guess: the wording; the code is the documented one.
            raise arm_error(404, "DeletedVaultNotFound", f"The specified deleted vault '{name}' does not exist.")
        return gone

    def _shown(self, gone: DeletedVault) -> dict:
        vault, days = gone.vault, gone.vault.properties.get("softDeleteRetentionInDays", 90)
        properties = {"vaultId": vault.id, "location": vault.location, "tags": vault.tags or {},
                      "deletionDate": self._world.clock.iso(gone.deleted_at)[:19] + "Z",
                      "scheduledPurgeDate": self._world.clock.iso(gone.deleted_at + days * 86400)[:19] + "Z"}
        if vault.properties.get("enablePurgeProtection"):
            properties["purgeProtectionEnabled"] = True
        return {"id": f"/subscriptions/{vault.subscription}/providers/Microsoft.KeyVault/locations/{vault.location}/"
                      f"deletedVaults/{vault.name}",
                "name": vault.name, "type": "Microsoft.KeyVault/deletedVaults", "properties": properties}
