"""The control API: knobs, faults, seeds, the clock, the world, and tokens in anybody's name."""
from __future__ import annotations

import json

import pytest
from acrsim.protocol.http import Request
from acrsim.server.control import Control
from acrsim.server.simulation import Simulation
from acrsim.state.knobs import Knobs
from consumer_world import REGISTRY_AUDIENCE

KUBELET = "0c000000-0000-4000-8000-000000000021"


def control(seed="empty"):
    simulation = Simulation(seed)
    api = Control(simulation)

    def ask(method, path, body=None):
        return api.handle(Request(method, "acrsim.local", path,
                                  body=json.dumps(body).encode() if body is not None else b""))
    return simulation, ask


def test_the_picture_is_the_same_after_a_reset():
    _, ask = control("demo")
    first = ask("GET", "/picture").json()
    ask("POST", "/reset", {"seed": "demo"})
    assert ask("GET", "/picture").json() == first and first["resources"]


def test_knobs_turn_and_survive_a_reset():
    simulation, ask = control()
    assert ask("PATCH", "/knobs", {"latency": 0.5, "clock_speed": 60}).json()["latency"] == 0.5
    assert simulation.world.clock.speed == 60
    assert ask("POST", "/reset", {"seed": "demo"}).status == 200
    assert ask("GET", "/knobs").json()["latency"] == 0.5
    assert simulation.world.clock.speed == 60
    ask("POST", "/reset", {"seed": "empty", "knobs": {"latency": 0, "clock_speed": 1}})
    assert ask("GET", "/knobs").json()["clock_speed"] == 1


def test_requests_move_the_clock_when_a_knob_says_so():
    simulation, ask = control()
    ask("PATCH", "/knobs", {"seconds_per_request": 5})
    before = ask("GET", "/clock").json()["now"]
    assert ask("GET", "/clock").json()["now"] == before
    for _ in range(3):
        simulation.app.handle(Request("GET", "management.azure.com", "/subscriptions"))
    assert ask("GET", "/clock").json()["now"] == before + 15
    ask("POST", "/clock", {"advance": 100})
    assert ask("GET", "/clock").json()["now"] == before + 115
    ask("POST", "/reset", {"seed": "empty"})
    assert ask("GET", "/clock").json()["speed"] == 0


@pytest.mark.parametrize("method, path, body, status", [
    ("PATCH", "/knobs", {"no": 1}, 400), ("POST", "/faults", {"then": {}}, 400),
    ("POST", "/clock", {"advance": -1}, 400),
    ("POST", "/reset", {"seed": "nosuch"}, 400), ("POST", "/seed", {"nosuch": []}, 400),
    ("POST", "/seed", {"vaults": [{"location": "x"}]}, 400), ("GET", "/nosuch", None, 404), ("PUT", "/knobs", {}, 405)])
def test_mistakes_are_answered_with_a_reason(method, path, body, status):
    _, ask = control()
    answer = ask(method, path, body)
    assert answer.status == status
    assert answer.json()["error"]


def test_a_failed_reset_leaves_the_world():
    simulation, ask = control("demo")
    world = simulation.world
    assert ask("POST", "/reset", {"seed": {"vaults": [{"id": "bad"}]}}).status == 400
    assert simulation.world is world


def test_faults_and_requests_are_listed_and_cleared():
    simulation, ask = control()
    planted = ask("POST", "/faults", [{"then": {"hang": 1}}, {"then": {"status": 500}}]).json()
    assert [item["id"] for item in planted] == [1, 2]
    assert len(ask("GET", "/faults").json()) == 2
    assert ask("DELETE", "/faults").status == 204
    assert ask("GET", "/faults").json() == []
    simulation.requests.begin(Request("GET", "h", "/p"))
    assert [item["path"] for item in ask("GET", "/requests").json()] == ["/p"]
    assert ask("DELETE", "/requests").status == 204
    assert ask("GET", "/requests").json() == []


def test_the_clock_jumps():
    _, ask = control()
    before = ask("GET", "/clock").json()["now"]
    assert ask("POST", "/clock", {"advance": 100}).json()["now"] - before >= 100


def test_the_world_shows_what_a_seed_planted():
    _, ask = control("demo")
    world = ask("GET", "/world").json()
    names = {item["name"] for item in world["resources"].values()}
    assert {"myregistry", "abacregistry", "upstreamreg", "mykeyvault", "mypolicyvault", "othervault", "puller"} <= names
    assert world["vaults"]["mykeyvault"]["dockerhub-user"]["versions"][0]["value"] == "dockeruser"
    people = {item["displayName"] for item in world["principals"].values()}
    assert people >= {"owner", "contributor", "reader", "puller"}
    roles = {(item["roleName"], item["principalId"]) for item in world["roleAssignments"]}
    assert ("Container Registry Repository Reader", "0b000000-0000-4000-8000-000000000011") in roles
    foreign = [policy for resource in world["resources"].values() if resource["name"] == "mypolicyvault"
               for policy in resource["properties"]["accessPolicies"] if policy["objectId"].endswith("ff")]
    assert foreign[0]["permissions"]["keys"] == ["get", "list"]


def test_seed_adds_to_the_present_world():
    simulation, ask = control("demo")
    vault = next(item.id for item in simulation.world.resources if item.name == "mykeyvault")
    document = {"vaults": [{"id": vault, "secrets": {"dockerhub-pat": "rotated"}}],
                "principals": [{"name": "late", "kind": "User", "objectId": "late-id"}],
                "roleAssignments": [{"principal": "late", "role": "Reader", "scope": vault}]}
    assert ask("POST", "/seed", document).status == 200
    world = ask("GET", "/world").json()
    assert world["vaults"]["mykeyvault"]["dockerhub-pat"]["count"] == 2
    assert world["resources"][vault]["properties"]["enableRbacAuthorization"] is True
    assert [item["scope"] for item in world["roleAssignments"] if item["principalId"] == "late-id"] == [vault]


def test_control_gives_a_token_in_anybodys_name():
    simulation = Simulation("consumers", Knobs())
    control = Control(simulation)

    def ask(body):
        return control.handle(Request.to("POST", "http://acrsim.local/token", {}, body))

    token = ask({"principal": KUBELET, "audience": REGISTRY_AUDIENCE}).json()["accessToken"]
    form = f"grant_type=access_token&service=myregistry.azurecr.io&access_token={token}"
    answer = simulation.app.handle(Request.to("POST", "https://myregistry.azurecr.io/oauth2/exchange",
                                              {"content-type": "application/x-www-form-urlencoded"}, form))
    assert answer.status == 200 and answer.json()["refresh_token"]
    for body in ({"principal": "nobody there", "audience": "x"}, {"principal": KUBELET}, {"audience": "x"},
                 {"principal": "pullers", "audience": "x"}):
        refused = ask(body)
        assert refused.status == 400 and json.loads(refused.body)["error"]
