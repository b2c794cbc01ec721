"""Large manifests, for speed. `PYTHONPATH=.:tests .build/az/bin/python tests/unit/manifest/large.py` measures one."""
from __future__ import annotations


def large_manifest(registries: int, rules: int) -> str:
    """YAML as people write it, about 110 bytes a rule."""
    lines = ["apiVersion: acrcache/v1", "registries:"]
    for number in range(registries):
        lines += [f"  - registry: registry{number:05}", "    credentialSets:", "      - name: docker-hub",
                  "        loginServer: docker.io", "        vault: mykeyvault",
                  "        usernameSecret: dockerhub-user", "        passwordSecret: dockerhub-pat", "    rules:"]
        for rule in range(rules):
            wildcard = "/*" if rule % 10 == 0 else ""
            lines += [f"      - source: docker.io/team-{number}/image-{rule}{wildcard}",
                      f"        target: hub/image-{rule}{wildcard}", "        credentialSet: docker-hub"]
    return "\n".join(lines) + "\n"


def measure() -> None:
    """Prints how long 20,000 rules take, and how much memory."""
    import resource
    import time

    from azext_acrcache.manifest.reading import read_manifest
    from azext_acrcache.manifest.source import ManifestSource
    content = large_manifest(20, 1000).encode()
    begun = time.monotonic()
    read_manifest([ManifestSource("cache.yaml", content)], ".vault.azure.net")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{len(content) / 1e6:.1f} MB, 20,000 rules: {time.monotonic() - begun:.1f} s, {memory} MB")


if __name__ == "__main__":
    measure()
