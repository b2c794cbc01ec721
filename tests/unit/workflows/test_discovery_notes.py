"""What is told besides the manifest."""
from __future__ import annotations

from azext_acrcache.domain.guidance.az_lines import LineContext
from azext_acrcache.domain.plan.discovery import DiscoveryPlan
from azext_acrcache.domain.values.image_uses import ImageUse, Place
from azext_acrcache.domain.values.registry_ref import RegistryRef
from azext_acrcache.workflows.discovery_notes import discovery_notes, import_note
from unit.records import rule, snapshot

KNOWN = snapshot(rules=(rule("rule-a", "quay.io/a", "a"),))


def notes(*uses: ImageUse, front_ends=()) -> list[str]:
    discovery = DiscoveryPlan(uses, KNOWN).discovery(RegistryRef("myregistry"))
    return discovery_notes(discovery, front_ends, "myregistry", LineContext())


def use(text: str, **other) -> ImageUse:
    return ImageUse(text, Place("k.yaml", 7), **other)


def test_groups():
    told = notes(use("a:$X", problem="the variable X has no value"), use("cgr.dev/a:1"), use("localhost:5000/x"),
                 use("myregistry.azurecr.io/y"), use("quay.io/a:1"), use("quay.io/b:1", sure=False, counts=False),
                 front_ends=[use("docker/dockerfile:1")])
    assert told == [
        "The image a:$X (k.yaml:7) can't be resolved: the variable X has no value.",
        "1 may be an image and gets no rule:\nquay.io/b:1 (k.yaml:7)",
        "1 image is on registries that artifact cache does not know; copy each once with:\n"
        "az acr import --name myregistry --source cgr.dev/a:1 --image a:1",
        "1 image is on a machine of yours, which no registry reaches:\nlocalhost:5000/x (k.yaml:7)",
        "2 images are in the registry already, or served by its rules:\nmyregistry.azurecr.io/y\nquay.io/a:1",
        "Front ends that builds load get no rule:\ndocker/dockerfile:1 (k.yaml:7)"]


def test_names_are_shortened_to_a_number_and_lines_are_not():
    served = notes(*(use(f"quay.io/a:{n}") for n in range(25)))
    assert served[0].splitlines()[-1] == "and 5 more; see --list" and len(served[0].splitlines()) == 22
    assert len(notes(*(use(f"cgr.dev/a:{n}") for n in range(25)))[0].splitlines()) == 26


def test_the_note_of_an_entry():
    image, served = DiscoveryPlan([use("cgr.dev/a:1"), use("quay.io/a")], KNOWN).discovery(RegistryRef("r")).images
    assert import_note(image, "myregistry", LineContext()).startswith("az acr import")
    assert import_note(served, "myregistry", LineContext()) == ""
