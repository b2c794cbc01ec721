"""What a registry's token service gives an identity: the flow of a container runtime, in the identity's own name."""
from __future__ import annotations

import base64
import json

import requests
from sim_client import Sim

TENANT = "11111111-1111-4111-8111-111111111111"
OF_REGISTRIES, OF_ARM = "https://containerregistry.azure.net", "https://management.azure.com"


class Refused(Exception):
    """The token service took the identity's Entra token not."""


def rights(sim: Sim, principal: str, registry: str, repository: str, audience: str = OF_REGISTRIES) -> set[str]:
    """The actions on `repository` in the access token, such as {"pull"}. A 200 without them means no right.

    Raises Refused.
    """
    host = f"{registry}.azurecr.io"
    session = requests.Session()
    session.trust_env = False
    session.proxies, session.verify = {"https": sim.proxy}, sim.ca
    exchange = session.post(f"https://{host}/oauth2/exchange", data={
        "grant_type": "access_token", "service": host, "tenant": TENANT,
        "access_token": sim.token(principal, audience)})
    if exchange.status_code != 200:
        raise Refused(exchange.text)
    answer = session.post(f"https://{host}/oauth2/token", data={
        "grant_type": "refresh_token", "service": host, "refresh_token": exchange.json()["refresh_token"],
        "scope": f"repository:{repository}:pull,push"})
    if answer.status_code != 200:
        return set()
    claims = answer.json()["access_token"].split(".")[1]
    access = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4))).get("access") or []
    return {action for entry in access if entry["name"] == repository for action in entry["actions"]}
