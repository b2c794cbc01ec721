"""What `--output table` shows."""
from collections import OrderedDict


def changes(report):
    """A row a change. In a tenth of the width of the JSON: the step, what becomes of it, of what, and why."""
    return [OrderedDict([("Step", change["step"]), ("Change", change["change"]), ("Name", change["name"]),
                         ("Detail", change["detail"] or "")]) for change in report["changes"]]


def chain(found):
    return _chain_row(found)


def chains(found):
    return [_chain_row(one) for one in found]


def _chain_row(found):
    credential_set, vault = found["credentialSet"] or {}, found["vault"] or {}
    return OrderedDict([
        ("Name", found["name"]), ("Source", found["source"]), ("Target", found["target"]),
        ("CredentialSet", credential_set.get("name") or ""),
        ("Health", (credential_set.get("health") or {}).get("status") or ""),
        ("Vault", vault.get("name") or ""), ("Access", vault.get("access") or ""),
        ("Identity", (found["identity"] or "").rpartition("/")[2])])


def resolutions(found):
    return [OrderedDict([("Image", one["image"]), ("Rule", one["rule"] or ""), ("Reference", one["reference"] or ""),
                         ("Upstream", one["upstreamReference"]), ("Note", one["note"] or "")]) for one in found]


def explanation(found):
    """A row a line of the mend, the cause in the first."""
    return [OrderedDict([("Check", found["check"] or "" if place == 0 else ""), ("Cause", found["cause"] if place == 0 else ""),
                         ("Mend", line)]) for place, line in enumerate(found["mend"] or [""])]
