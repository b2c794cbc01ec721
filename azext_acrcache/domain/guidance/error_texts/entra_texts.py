"""What Entra ID, Microsoft Graph and the identity service of a machine say.

Sources: Entra's page on AADSTS error codes; azure-cli issues 242, 14259, 28935 and 30667; vscode-azure-account issue
465; azure-pipelines-tasks issue 21120; aad-pod-identity issue 778; azure-sdk-for-python issue 35452; recordings of
credentialHealth (2023).
"""
from __future__ import annotations

from azext_acrcache.domain.guidance.error_texts import az_ways, ways
from azext_acrcache.domain.guidance.error_texts.error_text import CODED, FAILED, WRAPPER, Case, near, text
from azext_acrcache.domain.guidance.error_texts.hosts import ENTRA, GRAPH, IMDS

_CODE = r"(?:aadsts|error\(s\): |error_codes\"?:? ?\[)"
_APPLICATION = near(r"AADSTS7000\d{3}\b|client_credentials|invalid_client|unauthorized_client|client assertion")
_CREDENTIAL_SET = near(r"credential ?(?:set|health)|credhealth")

ENTRA_TEXTS = (
    text(
        rf"{_CODE}7000222",
        Case("login/service-principal",
             "The secret of the service principal{application} has expired; it needs a new one.",
             (az_ways.service_principal, ways.verify_login)),
        speaker=ENTRA, weight=96),
    text(
        rf"{_CODE}(?:7000215|7000216|7000218|700027|7000112|7000113|7000114)|invalid client secret",
        Case("login/service-principal",
             "Entra ID did not accept the secret or certificate of the service principal{application}: a wrong "
             "value, the ID of a secret instead of its value, or an application that is disabled.",
             (az_ways.service_principal, ways.verify_login)),
        speaker=ENTRA, weight=96),
    text(
        rf"{_CODE}700016|unauthorized_client",
        Case("credset/health",
             "Entra ID does not know the identity{application} of {set} yet: a new identity takes a minute or two.",
             (ways.verify_chain("credset/health"),),
             lambda reading: _CREDENTIAL_SET(reading) or not near("AADSTS")(reading)),
        Case("login/service-principal",
             "There is no application{application} in the tenant that was signed in to: another tenant's, a wrong "
             "ID, or deleted.",
             (az_ways.service_principal, az_ways.az("account", "show", "--query", "tenantId"))),
        speaker=ENTRA, weight=96),
    text(
        rf"{_CODE}7002\d\d\d?|{_CODE}70021\b|no matching federated identity record",
        Case("login/service-principal",
             "No federated credential of the application{application} fits what the pipeline presents (issuer, "
             "subject and audience).",
             (az_ways.az("ad", "app", "federated-credential", "list", "--id", "MyAppId"),),
             near("repo:|github|pipelines")),
        Case("consumer/identity",
             "No federated credential of the identity{application} fits the service account of the pod (issuer, "
             "subject and audience).",
             (az_ways.az("identity", "federated-credential", "list", "--identity-name", "MyIdentity",
                         "--resource-group", "MyGroup"),)),
        speaker=ENTRA, weight=96),
    text(
        rf"{_CODE}(?:500011|650057|650052)",
        Case("login/entra",
             "The resource that a token was asked for does not exist in the tenant: another cloud or tenant.",
             (az_ways.az("account", "show"), az_ways.az("cloud", "show", "--query", "name"))),
        speaker=ENTRA, weight=96),
    text(
        rf"{_CODE}(?:50020|90072|90002|50034|51004)",
        Case("login/entra", "The account is none of the tenant{tenant} that was signed in to.",
             (az_ways.az("account", "show", "--query", "tenantId"), az_ways.az("login", "--tenant", "MyTenant"))),
        speaker=ENTRA, weight=96),
    text(
        rf"{_CODE}(?:5300\d|53003|530003|50005|50097)|blocked by conditional access",
        Case("login/entra",
             "Conditional Access refuses the sign-in{host}: a device, a place or a way to sign in that the policy "
             "does not allow.",
             (az_ways.az("login", "--scope", "https://containerregistry.azure.net/.default"), ways.verify_login)),
        speaker=ENTRA, weight=96),
    text(
        rf"{_CODE}\d{{5,7}}",
        Case("login/service-principal", "Entra ID refused the service principal{application}.",
             (az_ways.service_principal, ways.verify_login),
             _APPLICATION),
        Case("login/entra", "Entra ID refused the sign-in: it is too old, was revoked, or needs a second factor.",
             (az_ways.az("login"), ways.verify_login)),
        speaker=ENTRA, weight=95),
    text(
        r"please run ['\"`]?az login|refresh token has expired|interactive authentication is needed|"
        "no subscriptions? found|run 'az login'",
        Case("login/entra", "az is not signed in, or its sign-in has expired.",
             (az_ways.az("login"),)),
        speaker=ENTRA, weight=FAILED - 5),
    text(
        "identity not found|no (?:user[- ]assigned|managed) (?:or delegated managed )?identity found|"
        "managedidentitycredential authentication unavailable|no response from the imds|"
        "multiple user[- ]assigned identit|no azure assigned identity|msierror|failed to (?:get|acquire|"
        "retrieve|fetch) (?:an? )?(?:managed identity|msi|mi) token|failed to get credential from imds|"
        "no default identity is assigned|"
        r"managed ?identity\S* (?:is )?not (?:configured|found|assigned)|imds.{0,60}(?:failed|unavailable)|"
        "failed to retrieve.{0,30}token from msi",
        Case("consumer/identity",
             "The identity that {consumer} asks for is not assigned to it, none is, or the machine's identity "
             "service can't be reached.",
             (ways.verify_access,)),
        speaker=IMDS, weight=97),
    text(
        "authorization_requestdenied|insufficient privileges to complete the operation|"
        "failed to query .{0,60}by invoking graph api|directory permission is needed",
        Case("consumer/identity",
             "The caller may not read Entra ID; name the identity by its object ID and kind, then nothing has to be "
             "read.",
             (ways.grant_principal,)),
        speaker=GRAPH),
    text(
        "request_resourcenotfound|cannot find user or service principal in graph|(?:service principal|"
        "application).{0,60}(?:was not found|does not exist)(?! in the directory)",
        Case("consumer/exists",
             "Entra ID has no such user, application or service principal{application} in the tenant that was signed "
             "in to.",
             (az_ways.az("account", "show", "--query", "tenantId"), ways.grant_principal)),
        speaker=GRAPH, weight=CODED - 5),
    text(
        "defaultazurecredential failed|environmentcredential authentication unavailable|"
        "failed to acquire token|failed to get access token|workloadidentitycredential",
        Case("consumer/identity", "None of the ways to a token worked: the workload has no identity, or not this one.",
             (ways.verify_access,)),
        speaker=IMDS, weight=WRAPPER + 20),
)
