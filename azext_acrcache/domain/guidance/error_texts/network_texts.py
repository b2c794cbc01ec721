"""What a client says that reaches nobody: names, routes, certificates, proxies. The host tells whom it wanted.

Sources: Azure/acr issues 77, 80, 305 and 594; azure-cli issues 6478, 21650 and 28119; iotedge-eflow issue 121; the
registry's pages on private link, dedicated data endpoints and troubleshooting access.
"""
from __future__ import annotations

from azext_acrcache.domain.guidance.error_texts import az_ways, ways
from azext_acrcache.domain.guidance.error_texts.error_text import REFUSED, Case, ErrorText, by, text
from azext_acrcache.domain.guidance.error_texts.hosts import ARM, ENTRA, GRAPH, IMDS, KEY_VAULT, MCR, STORAGE, UPSTREAM
from azext_acrcache.domain.guidance.error_texts.reading import Reading
from azext_acrcache.domain.guidance.fixes import WRITE_REGISTRY

_VAULT_NETWORK = ("--query", "properties.{access:publicNetworkAccess,rules:networkAcls}")


def _was_private(reading: Reading) -> bool:
    """A private endpoint was tried; in `read tcp 10.0.0.4:1->52.1.2.3:443` the private address is the client's."""
    return reading.is_private and "->" not in reading.near


def _unreachable(pattern: str, what: str, weight: int = REFUSED, placed: bool = True) -> ErrorText:
    """:param what: what happened, the beginning of a sentence that ends with whom the client wanted."""
    return text(
        pattern,
        Case("vault/network",
             f"{what} {{vault}}: there is no such vault, its private DNS zone does not hold it, or the network between "
             "keeps the client out.",
             (az_ways.vault("show", *_VAULT_NETWORK), ways.verify_chain("vault")),
             by(KEY_VAULT)),
        Case("registry/private-endpoint",
             f"{what} the storage host{{host}} that {{registry}} serves layers from: a closed network has to let the "
             "client through to it, or the registry needs dedicated data endpoints.",
             (az_ways.acr("show-endpoints"),
              az_ways.acr("update", "--data-endpoint-enabled", "true", needs=WRITE_REGISTRY)),
             by(STORAGE)),
        Case("consumer/identity",
             f"{what} the machine's identity service: where this runs there is no managed identity, or the way to it "
             "is blocked.",
             (ways.verify_access,),
             by(IMDS)),
        Case("login/entra", f"{what} Entra ID: the client's network keeps it from signing in.",
             (az_ways.az("login"),),
             by(ENTRA, GRAPH)),
        Case(None, f"{what} Azure Resource Manager: this is the client's network, and no link of a chain.",
             (az_ways.az("account", "show"),),
             by(ARM)),
        Case(None,
             f"{what} {{upstream}}: this is the client's own network, and no link of a chain. With a cache rule the "
             "client does not need the upstream.",
             (ways.verify_resolve,),
             by(UPSTREAM, MCR)),
        Case("registry/private-endpoint",
             f"{what} the private endpoint{{host}}{{ip}} of {{registry}}: its private DNS zone does not hold the "
             "registry or is not linked to the client's network, or that network has no route to the endpoint.",
             (az_ways.acr("private-endpoint-connection list", option="--registry-name"), az_ways.acr("show-endpoints"),
              ways.verify_login),
             _was_private),
        Case("pull/login",
             f"{what} {{registry}}{{ip}}: a wrong name or cloud, a firewall or proxy on the way, or the client's DNS.",
             (az_ways.acr("show", "--query", "loginServer"), ways.verify_login)),
        weight=weight, placed=placed)


NETWORK_TEXTS = (
    _unreachable(
        r"no such host|server misbehaving|unknownhostexception:? ?(?P<host>[\w.-]{1,255})?|name or service not known|"
        "nodename nor servname|temporary failure in name resolution|could not resolve host|getaddrinfo|"
        "failed to resolve '|nameresolutionerror|remote name could not be resolved|no address associated|"
        "name does not resolve|nxdomain|servfail",
        "The client's DNS does not resolve"),
    _unreachable(
        r"i/o timeout|client\.timeout exceeded|context deadline exceeded|connection timed out|connect timeout|"
        "tls handshake timeout|request canceled|read timed out|operation timed out|no route to host|"
        "network is unreachable|host is unreachable|connecttimeouterror|failed to establish a new connection|"
        "connection timeout|connection attempt failed|did not properly respond",
        "The client got no answer in time from"),
    _unreachable(
        r"connection reset by peer|connection refused|forcibly closed|connection aborted|broken pipe|: eof\b|"
        "remote end closed connection|connection was closed|unexpected end of stream|actively refused",
        "The connection was cut on the way to"),
    _unreachable(
        "x509: |certificate verify failed|certificate_verify_failed|ssl routines|sslerror|sslcertverification|"
        "failed to verify certificate|signed by unknown authority|self[- ]signed certificate|tls: handshake failure|"
        "wrong version number|does not look like a tls|http response to https client|unable to get local issuer",
        "The client does not trust the certificate that it got from"),
    _unreachable(
        "proxyconnect|proxy authentication required|tunnel connection failed|cannot connect to proxy|"
        "unable to connect to proxy",
        "The client's proxy does not lead to", weight=REFUSED + 1),
    # az's own words for the same; they name no host beside them.
    _unreachable(
        "connectivity_dns_error|login_server_error|connectivity_ssl_error|connectivity_challenge_error|"
        "connectivity_www_authenticate_error|remotedisconnected|proxyerror|"
        "could not connect to the registry login server",
        "az does not reach", weight=REFUSED - 2, placed=False),
)
