"""The properties of a web site and the settings of its config/web.

Names: the specification Microsoft.Web 2025-05-01 (Site.properties, SiteConfig).
"""
from __future__ import annotations

from ...state.resources import Resource
from ...state.world import World

# config/web with its defaults. # Guess: the defaults, as a new Linux web app has them.
CONFIG = {
    "numberOfWorkers": 1, "defaultDocuments": ["index.html"], "netFrameworkVersion": "v4.0", "linuxFxVersion": "",
    "windowsFxVersion": None, "requestTracingEnabled": False, "remoteDebuggingEnabled": False,
    "httpLoggingEnabled": False, "acrUseManagedIdentityCreds": False, "acrUserManagedIdentityID": None,
    "logsDirectorySizeLimit": 35, "detailedErrorLoggingEnabled": False, "publishingUsername": None,
    "scmType": "None", "use32BitWorkerProcess": True, "webSocketsEnabled": False, "alwaysOn": False,
    "appCommandLine": "", "managedPipelineMode": "Integrated", "loadBalancing": "LeastRequests",
    "autoHealEnabled": False, "vnetName": "", "vnetRouteAllEnabled": False, "localMySqlEnabled": False,
    "ipSecurityRestrictions": [{"ipAddress": "Any", "action": "Allow", "priority": 2147483647, "name": "Allow all",
                                "description": "Allow all access"}],
    "scmIpSecurityRestrictions": [{"ipAddress": "Any", "action": "Allow", "priority": 2147483647,
                                   "name": "Allow all", "description": "Allow all access"}],
    "scmIpSecurityRestrictionsUseMain": False, "http20Enabled": True, "minTlsVersion": "1.2",
    "scmMinTlsVersion": "1.2", "ftpsState": "FtpsOnly", "preWarmedInstanceCount": 0, "functionAppScaleLimit": 0,
    "healthCheckPath": None, "minimumElasticInstanceCount": 1}
# Which of them a site itself shows in siteConfig; the rest is null there. # Guess: the choice.
_IN_SITE = ("numberOfWorkers", "linuxFxVersion", "acrUseManagedIdentityCreds", "acrUserManagedIdentityID", "alwaysOn",
            "http20Enabled", "functionAppScaleLimit", "minimumElasticInstanceCount")


def new_config(linux_fx_version: str) -> dict:
    return {**CONFIG, "linuxFxVersion": linux_fx_version}


def changed_config(present: dict, given: dict) -> dict:
    """The settings after a write. # Guess: null leaves a setting as it is, "" empties it."""
    return {**present, **{name: value for name, value in given.items() if value is not None}}


def shown_in_site(config: dict) -> dict:
    return {name: config.get(name) for name in _IN_SITE}


def new_properties(world: World, site: Resource, plan: str | None) -> dict:
    """Site.properties of a running site; `plan` is the id of its server farm, by default one of its group."""
    host = site.name.lower().replace("/", "-") + ".azurewebsites.net"
    group = f"/subscriptions/{site.subscription}/resourceGroups/{site.group}"
    return {
        "name": site.name.rsplit("/", 1)[-1], "state": "Running", "hostNames": [host],
        "webSpace": f"{site.group}-{site.location.replace(' ', '')}webspace-Linux",
        "repositorySiteName": site.name.split("/")[0], "usageState": "Normal", "enabled": True,
        "enabledHostNames": [host], "availabilityState": "Normal",
        "hostNameSslStates": [{"name": host, "sslState": "Disabled", "hostType": "Standard"}],
        "serverFarmId": plan or f"{group}/providers/Microsoft.Web/serverfarms/plan", "reserved": True, "isXenon": False,
        "hyperV": False, "lastModifiedTimeUtc": world.clock.iso()[:23], "scmSiteAlsoStopped": False,
        "clientAffinityEnabled": True, "clientCertEnabled": False, "hostNamesDisabled": False,
        "resourceGroup": site.group, "defaultHostName": host, "httpsOnly": True,
        "keyVaultReferenceIdentity": "SystemAssigned", "publicNetworkAccess": "Enabled", "sku": "PremiumV3"}
