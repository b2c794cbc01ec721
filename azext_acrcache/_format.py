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
