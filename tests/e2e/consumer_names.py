"""The consumers of the seed `consumers`, with the principal that each pulls as."""
from __future__ import annotations

DEMO, OTHER = "aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002"
APPS = f"/subscriptions/{DEMO}/resourceGroups/apps-rg/providers"
FAR = f"/subscriptions/{OTHER}/resourceGroups/far-rg/providers"
PARTNER = "/subscriptions/aaaaaaaa-0000-4000-8000-000000000003/resourceGroups/partner-rg/providers"
IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"
REGISTRIES = f"/subscriptions/{DEMO}/resourceGroups/demo-rg/providers/Microsoft.ContainerRegistry/registries"
_OWN = "0c000000-0000-4000-8000-0000000000"

# Arguments -> object ID; one for each kind, by name, slot and ID of another subscription.
EACH_KIND = {
    "--aks healthy-aks": f"{_OWN}21",
    "--aks spn-aks": f"{_OWN}02",
    f"--aks {FAR}/Microsoft.ContainerService/managedClusters/far-aks": f"{_OWN}27",
    "--vm healthy-vm": f"{_OWN}31",
    "--vm several-vm --assignee-identity pull-two": f"{_OWN}12",
    "--vmss healthy-vmss": f"{_OWN}41",
    "--webapp healthy-webapp": f"{_OWN}51",
    "--webapp healthy-webapp/staging": f"{_OWN}52",
    "--functionapp healthy-func": f"{_OWN}53",
    "--containerapp healthy-app": f"{_OWN}61",
    "--containerapp-job nightly-job": f"{_OWN}81",
    "--container-instance healthy-aci": f"{_OWN}11",
    "--identity pull-one": f"{_OWN}11",
    "--service-principal 0d000000-0000-4000-8000-000000000001": f"{_OWN}01",
    f"--assignee-object-id {_OWN}03 --assignee-principal-type User": f"{_OWN}03",
}
ALL = ("--aks healthy-aks spn-aks pools-aks --vm healthy-vm --vmss healthy-vmss --webapp healthy-webapp "
       "healthy-webapp/staging --functionapp healthy-func --containerapp healthy-app --identity pull-one "
       "--container-instance healthy-aci --service-principal 0d000000-0000-4000-8000-000000000001")


def roles_on(world: dict, registry: str, principal: str) -> list[dict]:
    scope = f"{REGISTRIES}/{registry}".lower()
    return [one for one in world["roleAssignments"]
            if one["principalId"] == principal and one["scope"].lower() == scope]
