"""The caller may not write role assignments: somebody else is told what to run."""

from __future__ import annotations

import shlex

from demo_world import CREATE, changes, children


def test_all_else_is_done_and_the_lines_for_somebody_else_run(az, contributor, sim):
    blocked = contributor(CREATE, expect=1)
    assert blocked.json["outcome"] == "Partial"
    assert changes(blocked.json, "vaultAccess") == [
        ("mykeyvault/dockerhub-user", "Blocked"),
        ("mykeyvault/dockerhub-pat", "Blocked"),
    ]
    assert changes(blocked.json, "cacheRule") == [("ubuntu", "Create")]
    lines = [line for line in blocked.json["next"] if line.startswith("az role assignment create")]
    assert len(lines) == 2
    for line in lines:
        assert line in blocked.stderr
        az(*shlex.split(line)[1:])
    sim.knobs(role_delay=0)
    done = contributor(CREATE)
    assert done.json["outcome"] in ("Applied", "NoChange")
    assert done.json["health"][0]["status"] == "Healthy"


def test_roles_that_take_effect_late_end_applied(az, contributor, sim):
    # Time is counted in requests, so that no slow az outlasts the delay.
    sim.knobs(role_delay=60, seconds_per_request=5)
    blocked = contributor(CREATE, expect=1)
    for line in blocked.json["next"]:
        if line.startswith("az role assignment create"):
            az(*shlex.split(line)[1:])
    assert contributor(CREATE).json["outcome"] == "Applied"


def test_somebody_who_may_do_nothing_gets_every_line(reader, sim):
    blocked = reader(CREATE, expect=1)
    assert children(sim.world(), "credentialSets") == {}
    assert any(line.startswith("az acr credential-set create") for line in blocked.json["next"])
    assert changes(blocked.json, "cacheRule") == [("ubuntu", "Blocked")]


def test_policy_vault_line_for_somebody_else(az, reader, sim):
    secrets = "https://mypolicyvault.vault.azure.net/secrets"
    az(
        f"acr credential-set create -r myregistry -n BareSet -l docker.io "
        f"-u {secrets}/dockerhub-user -p {secrets}/dockerhub-pat"
    )
    blocked = reader("acrcache grant vault -r myregistry -n BareSet", expect=1)
    (line,) = [line for line in blocked.json["next"] if line.startswith("az keyvault set-policy")]
    az(*shlex.split(line)[1:])
    assert reader("acrcache grant vault -r myregistry -n BareSet").json["outcome"] == "NoChange"
