"""Every kind of consumer there is.

Sources: container-registry-authentication-managed-identity, aks/cluster-container-registry-integration,
container-instances/using-azure-container-registry-mi (user-assigned only), app-service/configure-custom-container,
container-apps/managed-identity-image-pull.
"""
from __future__ import annotations

from typing import Callable

from azext_acrcache.domain.consumers.spec import ConsumerSpec, IdentityCommand
from azext_acrcache.domain.values.arm_ids import IDENTITY
from azext_acrcache.domain.values.principals import GROUP, SERVICE_PRINCIPAL, USER

_SITE = "Microsoft.Web/sites"
_OWN, _ASSIGNED = ("--system-assigned",), "--user-assigned"  # as the commands of container apps name them

KINDS = (
    ConsumerSpec("aks", "AKS cluster", "AKS clusters", "aks", "Microsoft.ContainerService/managedClusters",
                 identity_note=", that of its kubelet", made_identity=True, shared_identity=False),
    ConsumerSpec("vm", "virtual machine", "Virtual machines", "vm", "Microsoft.Compute/virtualMachines", choosable=True,
                 identity_command=IdentityCommand("vm")),
    ConsumerSpec("vmss", "scale set", "Scale sets", "vmss", "Microsoft.Compute/virtualMachineScaleSets", choosable=True,
                 identity_command=IdentityCommand("vmss")),
    ConsumerSpec("webapp", "web app", "Web apps", "site", _SITE, f"{_SITE}/slots", choosable=True,
                 identity_command=IdentityCommand("webapp"), settings_path=("config", "web")),
    ConsumerSpec("functionapp", "function app", "Function apps", "site", _SITE, f"{_SITE}/slots", choosable=True,
                 identity_command=IdentityCommand("functionapp"), settings_path=("config", "web")),
    ConsumerSpec("containerapp", "container app", "Container apps", "container_app", "Microsoft.App/containerApps",
                 choosable=True, identity_command=IdentityCommand("containerapp", _OWN, _ASSIGNED), settles=True),
    ConsumerSpec("containerapp-job", "container app job", "Container app jobs", "container_app_job",
                 "Microsoft.App/jobs", choosable=True,
                 identity_command=IdentityCommand("containerapp job", _OWN, _ASSIGNED), settles=True),
    ConsumerSpec("container-instance", "container group", "Container groups", "container_instance",
                 "Microsoft.ContainerInstance/containerGroups", choosable=True,
                 without_identity="Create the container group again with a user-assigned identity: `az container "
                                  "create` with --assign-identity and --acr-identity"),
    ConsumerSpec("identity", "user-assigned identity", "User-assigned identities", "identity", IDENTITY,
                 shared_identity=False),
    ConsumerSpec("service-principal", "service principal", "Service principals", "service_principal"),
)
BY_FLAG = {spec.flag: spec for spec in KINDS}

# Users and groups have no flag of their own; they come as an object ID with a type.
PRINCIPAL_KINDS = {SERVICE_PRINCIPAL: BY_FLAG["service-principal"], USER: ConsumerSpec("user", "user", "Users"),
                   GROUP: ConsumerSpec("group", "group", "Groups")}


def flags(where: Callable[[ConsumerSpec], bool] = lambda spec: True) -> str:
    """The flags of the kinds for which `where` holds, for a sentence: `--vm, --vmss and --webapp`."""
    names = [f"--{spec.flag}" for spec in KINDS if where(spec)]
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def shares_its_type(kind: ConsumerSpec) -> bool:
    """Whether only the resource itself says which kind of several it is. Their reader then has `kind_of`."""
    return any(spec.type == kind.type and spec is not kind for spec in KINDS if spec.type)


def kind_of_type(resource_type: str) -> ConsumerSpec | None:
    """The kind that a resource of this type is of; the first where several share a type."""
    return next((spec for spec in KINDS if spec.is_type(resource_type)), None)
