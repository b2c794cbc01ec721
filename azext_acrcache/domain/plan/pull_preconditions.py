"""What keeps a consumer from pulling whatever role it has."""
from __future__ import annotations

from azext_acrcache.domain.consumers.consumer import DELETING, Consumer
from azext_acrcache.domain.guidance.az_lines import Advice, AzLine, LineContext
from azext_acrcache.domain.state.observed import Registry
from azext_acrcache.domain.values.errors import Conflict, UserError
from azext_acrcache.domain.values.registry_modes import ABAC


def check_mode(registry: Registry, mode: str, narrowed: bool) -> None:
    """Raises Conflict where the mode is not known, UserError where it does not know repositories."""
    if registry.assumed:
        raise Conflict(f"You may not read the registry '{registry.name}', so that its mode, which decides on the role, "
                       "is not known.", "Ask for the role Reader on it, or have somebody with that role run this.")
    if narrowed and mode != ABAC:
        raise UserError(f"The registry '{registry.name}' is in legacy mode, where a role counts for all repositories.",
                        "Leave --repository and --for-rule out to grant on the whole registry.",
                        Advice("Narrowing needs ABAC mode, which makes AcrPull, AcrPush and Owner's data access void. "
                               "See who would lose access", AzLine.of("acrcache", "grant", "list")
                               .registry(registry.id).option("--if-mode", ABAC)),
                        Advice("Then change it", AzLine.of("acr", "update").registry(registry.id, "--name")
                               .option("--role-assignment-mode", "rbac-abac")))


def check_consumer(consumer: Consumer, registry: Registry, tenant_id: str) -> None:
    """Raises Conflict for a consumer on its way out or of another tenant."""
    if consumer.state == DELETING:
        raise Conflict(f"The {consumer.subject} is being deleted.", "Name another one, or leave it out.")
    if is_of_another_tenant(consumer, tenant_id):
        raise Conflict(f"The {consumer.subject} belongs to the tenant {consumer.tenant_id}, the registry "
                       f"'{registry.name}' to {tenant_id}; a managed identity can only be given roles in its own "
                       "tenant.",
                       Advice("Let it pull from a registry in its own tenant, or with a repository token",
                              AzLine.of("acr", "token", "create").registry(registry.id)
                              .option("--name", f"{consumer.kind.flag}-pull")
                              .option("--scope-map", "_repositories_pull")))


def is_of_another_tenant(consumer: Consumer, tenant_id: str) -> bool:
    return bool(consumer.tenant_id and tenant_id and consumer.tenant_id.lower() != tenant_id.lower())


def refuses_arm_tokens(registry: Registry) -> bool:
    """container-registry-disable-authentication-as-arm: App Service and Container Apps sign in with such tokens."""
    policy = (registry.properties.get("policies") or {}).get("azureADAuthenticationAsArmPolicy") or {}
    return (policy.get("status") or "").lower() == "disabled"


def arm_tokens_line(registry: Registry, context: LineContext = LineContext()) -> AzLine:
    # This command of az knows no --resource-group.
    line = context.line("acr", "config", "authentication-as-arm", "update").option("--registry", registry.name)
    return line.subscription(registry.id).option("--status", "enabled")


def arm_tokens_warning(consumer: Consumer, registry: Registry) -> Advice | None:
    if not refuses_arm_tokens(registry):
        return None
    return Advice(f"{consumer.name}: the registry '{registry.name}' refuses the ARM-audience tokens that apps sign in "
                  "with, so that no role helps. Let it take them", arm_tokens_line(registry))
