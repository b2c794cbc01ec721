"""Whether a consumer's network reaches a registry that not every network reaches: what ARM shows of it, and what it
does not show, which is never a pass.

Source: app-service/configure-custom-container ("Use an image pulled from a network-protected registry"):
`virtualNetworkSubnetId` and `vnetImagePullEnabled` of a site, or its app setting WEBSITE_PULL_IMAGE_OVER_VNET.
"""
from __future__ import annotations

from functools import partial
from typing import Iterable, Sequence

from azext_acrcache.domain.checks.check import Answer, Question, failed, key_of, skipped, warned
from azext_acrcache.domain.checks.consumer import subject_of
from azext_acrcache.domain.checks.private_endpoint import DNS, private_endpoint
from azext_acrcache.domain.consumers.consumer import Consumer
from azext_acrcache.domain.guidance.az_lines import LineContext
from azext_acrcache.domain.guidance.fix import Fix
from azext_acrcache.domain.guidance.fixes import Fixes
from azext_acrcache.domain.state.known import Unknown
from azext_acrcache.domain.state.observed import Registry
from azext_acrcache.domain.state.registry_network import RegistryNetwork
from azext_acrcache.domain.values.arm_ids import ArmId

_SITES = ("webapp", "functionapp")
# Trusted by Azure Container Registry when they pull with an identity: allow-access-trusted-services.
_TRUSTED = ("container-instance",)
_WRITE_SITE = "Microsoft.Web/sites/write"


def network_questions(registry: Registry, consumers: Iterable[Consumer], context: LineContext) -> list[Question]:
    """None for a registry that every network reaches, or that the caller may not read."""
    network = RegistryNetwork.of(registry)
    if registry.assumed or not network.restricted:
        return []
    not_looked_at = Unknown(f"The registry '{registry.name}' lets some networks in only; which ones was not looked at.")
    endpoint = key_of("registry/private-endpoint", registry.name)
    questions = [Question("registry/private-endpoint", registry.name,
                          partial(private_endpoint, registry, not_looked_at, Fixes(registry.id, context)))]
    for consumer in consumers:
        needs = () if passes_as_trusted(network, consumer) else (endpoint,)
        subject = subject_of(consumer.kind.flag, consumer.name)
        questions.append(Question("consumer/network", subject, partial(_network, registry, network, consumer, context),
                                  (key_of("consumer/exists", subject), *needs)))
    return questions


def passes_as_trusted(network: RegistryNetwork, consumer: Consumer) -> bool:
    """Whether the registry lets it in as a trusted Azure service, whatever its network is."""
    return network.trusted and consumer.kind.flag in _TRUSTED


def _network(registry: Registry, network: RegistryNetwork, consumer: Consumer, context: LineContext) -> Answer:
    if passes_as_trusted(network, consumer):
        return skipped(f"Not judged: the registry '{registry.name}' lets trusted Azure services in, and Container "
                       f"Instances that pull with an identity are one; whether that holds for the {consumer.subject} "
                       "is seen when it pulls.")
    if consumer.kind.flag in _SITES:
        return _site(registry, consumer, context)
    where = f"a network with a private endpoint of it, where {DNS}" if network.private else \
        "the networks that it lets in"
    return skipped(f"Not judged: the registry '{registry.name}' is not open to all networks. Whether the "
                   f"{consumer.subject} pulls from {where}, can't be seen from here.")


def _site(registry: Registry, consumer: Consumer, context: LineContext) -> Answer:
    properties, site = consumer.body.get("properties") or {}, ArmId.parse(consumer.id)
    if not properties.get("virtualNetworkSubnetId"):
        return failed(f"The {consumer.subject} is in no virtual network, and the registry '{registry.name}' is not "
                      "open to all networks: its pull comes from a public address of App Service.",
                      Fix(str(context.line(*_group(consumer), "vnet-integration", "add").resource(site)
                              .option("--slot", *site.names[1:]).option("--vnet", "MyVnet")
                              .option("--subnet", "MySubnet")), f"{_WRITE_SITE} on {consumer.name}"))
    if not properties.get("vnetImagePullEnabled"):
        return warned(f"The {consumer.subject} is in a virtual network and pulls its image past it, unless its app "
                      "setting WEBSITE_PULL_IMAGE_OVER_VNET, which was not read, says otherwise.",
                      Fix(str(context.line("resource", "update").option("--ids", consumer.id)
                              .option("--set", "properties.vnetImagePullEnabled=true")),
                          f"{_WRITE_SITE} on {consumer.name}"))
    return skipped(f"Not judged: the {consumer.subject} pulls its image through its virtual network. Whether that "
                   f"reaches the registry '{registry.name}', and {DNS}, can't be seen from here.")


def _group(consumer: Consumer) -> Sequence[str]:
    command = consumer.kind.identity_command
    return command.group.split() if command else (consumer.kind.flag,)
