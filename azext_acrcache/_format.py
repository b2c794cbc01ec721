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
    return [OrderedDict([("Check", (found["check"] or "") if place == 0 else ""),
                         ("Cause", found["cause"] if place == 0 else ""), ("Mend", line)])
            for place, line in enumerate(found["mend"] or [""])]


def pulls(report):
    return [OrderedDict([("Image", one["image"]), ("Verdict", one["verdict"] or ""), ("Reference", one["reference"]),
                         ("Rule", one["rule"] or ""), ("Digest", (one["digest"] or "")[:19]),
                         ("Why", _why(report, one["reference"]))]) for one in report["pulls"]]


def upstreams(report):
    """A row a check, since one upstream has many sources; how much is left in the last column of those on the limit."""
    left = {one["loginServer"]: one["rateLimit"] for one in report["upstreams"] if one["rateLimit"]}
    return [OrderedDict([("Check", one["check"]), ("Subject", one["subject"]), ("Status", one["status"]),
                         ("Message", one["message"]), ("Left", _left(one, left))]) for one in report["checks"]]


def logins(report):
    words = {True: "yes", False: "no", None: "?"}
    return [OrderedDict([("Way", one["way"]), ("On", words[one["enabled"]]), ("Works", words[one["works"]]),
                         ("Detail", one["detail"] or "")]) for one in report["logins"]]


def _left(check, left):
    limit = next((found for host, found in left.items() if host in check["subject"]), None)
    return f"{limit['remaining']}/{limit['limit']}" if limit and check["check"] == "upstream/quota" else ""


def _why(report, subject):
    """The worst that the checks say of a subject, else of what it hangs on."""
    own = [one for one in report["checks"] if one["subject"] == subject]
    for status in ("fail", "warn"):
        for one in (*own, *report["checks"]):
            if one["status"] == status and (one["subject"] == subject or _blocks(one, own)):
                return one["message"]
    return ""


def _blocks(one, others):
    return any(f"{one['check']}:{one['subject']}" in other["blockedBy"] for other in others)


def findings(report):
    """A row a finding, what failed first. The first of the lines that mend it; the JSON has them all."""
    return [OrderedDict([("Status", one["status"].upper() if one["status"] == "fail" else one["status"]),
                         ("Check", one["check"]), ("Subject", one["subject"]), ("Message", one["message"]),
                         ("Mend", one["fix"][0]["command"] if one["fix"] else "")]) for one in report["checks"]]


def grants(found):
    return [OrderedDict([("Principal", one["principalName"] or one["principalId"]), ("Kind", one["kind"] or ""),
                         ("Role", one["role"]), ("Access", one["access"]), ("Repositories", _repositories(one)),
                         ("Honoured", "yes" if one["honoured"] else "no"),
                         ("Inherited", "yes" if one["inherited"] else "no"),
                         ("Orphan", {True: "yes", False: "no", None: "?"}[one["orphan"]])]) for one in found]


def consumers(report):
    """A row a consumer: whether it can pull, and the worst that its checks say."""
    words = {True: "yes", False: "no", None: "?"}
    return [OrderedDict([("Kind", one["kind"]), ("Name", one["name"]), ("Pull", words[one["canPull"]]),
                         ("Push", words[one["canPush"]]), ("Repositories", _repositories(one)),
                         ("Why", _why(report, f"{one['kind']}/{one['name'].rpartition('/')[2]}") or
                          _why(report, f"{one['kind']}/{one['name']}"))]) for one in report["consumers"]]


def _repositories(one):
    return one["repositories"] if isinstance(one["repositories"], str) else ", ".join(one["repositories"])
