"""Faults that tests ask for by name: `POST /faults {"name": "captive-portal"}`.

What the request says besides the name (host, path, times, then, ...) stands above what is written here. Hosts below
evil.example exist and show in `GET /world`, key foreignHosts, what they were sent (services/foreign).
"""
from __future__ import annotations

FOREIGN = "evil.example"

_ARM, _REGISTRY, _VAULT = r"^management\.azure\.com$", r"\.azurecr\.io$", r"\.vault\.azure\.net$"
_UPSTREAM = r"(^|\.)(docker\.io|ghcr\.io|quay\.io|nvcr\.io|gcr\.io|pkg\.dev|azurecr\.io)$"
_TOKEN_PATH = r"^/oauth2/(exchange|token)$|^/token/?$|^/v2/(auth|token)$|^/proxy_auth$"
_BUSY = {"errors": [{"code": "TOOMANYREQUESTS", "message": "too many requests", "detail": None}]}
_THROTTLED = {"error": {"code": "SubscriptionRequestsThrottled", "message":
                        "Number of 'read' requests for subscription 'aaaaaaaa-0000-4000-8000-000000000001' actor "
                        "'0b000000-0000-4000-8000-000000000001' exceeded. Please try again after '40' seconds after "
                        "additional tokens are available."}}

NAMED: dict[str, dict] = {
    # A network that answers for everybody: 200, and no JSON.
    "captive-portal": {"host": _REGISTRY, "times": 0, "then": {
        "status": 200, "headers": {"content-type": "text/html"},
        "body": "<html><head><title>Sign in to the network</title></head><body>Please sign in.</body></html>"}},
    "docker-quota-503": {"host": r"^registry-1\.docker\.io$", "path": "^/v2/ratelimitpreview/test/", "times": 0,
                         "then": {"status": 503, "body": "<html><body>Service Temporarily Unavailable</body></html>",
                                  "headers": {"content-type": "text/html"}}},
    # Retry-After in its two forms.
    "arm-busy": {"host": _ARM, "then": {"status": 429, "body": _THROTTLED, "retry_after": 40}},
    "arm-busy-date": {"host": _ARM, "then": {"status": 429, "body": _THROTTLED, "retry_after": {"date": 40}}},
    "registry-busy": {"host": _REGISTRY, "then": {"status": 429, "body": _BUSY, "retry_after": 40}},
    "registry-busy-date": {"host": _REGISTRY, "then": {"status": 429, "body": _BUSY, "retry_after": {"date": 40}}},
    # Guess: the words of a conflict that has nothing to do with a deleted secret.
    "secret-conflict": {"host": _VAULT, "method": "PUT", "path": "^/secrets/", "times": 0, "then": {
        "status": 409, "body": {"error": {
            "code": "Conflict", "message": "The request conflicts with another write to the secret."}}}},
    # Answers that send a client, with its credentials, to somebody else.
    "foreign-realm": {"host": _UPSTREAM, "path": "^/v2/", "times": 0, "then": {"rewrite": [
        [r'realm="https://[^/"]+', f'realm="https://{FOREIGN}']]}},
    "token-redirect": {"host": _UPSTREAM, "path": _TOKEN_PATH, "times": 0, "then": {
        "status": 307, "headers": {"location": f"https://{FOREIGN}/oauth2/token"}}},
    "registry-redirect": {"host": _UPSTREAM, "path": "^/v2/", "times": 0, "then": {
        "status": 307, "headers": {"location": f"https://{FOREIGN}/v2/"}}},
    "arm-redirect": {"host": _ARM, "times": 0, "then": {
        "status": 307, "headers": {"location": f"https://{FOREIGN}/subscriptions"}}},
    "vault-redirect": {"host": _VAULT, "times": 0, "then": {
        "status": 307, "headers": {"location": f"https://{FOREIGN}/secrets/redirected"}}},
    # The nextLink of a page is led astray, and a list on one page gets one.
    "foreign-next-link": {"host": rf"{_ARM}|{_VAULT}", "method": "GET", "times": 0, "then": {"rewrite": [
        [r'("nextLink": ?")https://[^/"]+', rf"\1https://{FOREIGN}"],
        [r'"nextLink": null', f'"nextLink": "https://{FOREIGN}/secrets?page=2"'],
        [r'(?s)\A\{(?!.*"nextLink")("value": )', rf'{{"nextLink": "https://{FOREIGN}/subscriptions?page=2", \1']]}},
    "foreign-catalog-link": {"host": _REGISTRY, "path": "^/(v2|acr/v1)/", "times": 0, "then": {"rewrite": [
        [r"\A</", f"<https://{FOREIGN}/"]]}},
    "foreign-status-url": {"host": _ARM, "method": "PUT|PATCH|DELETE", "times": 0, "then": {"rewrite": [
        [r"\Ahttps://management\.azure\.com", f"https://{FOREIGN}"]]}},
}
