from __future__ import annotations

from azext_acrcache.domain.guidance.error_texts.hosts import MCR
from azext_acrcache.domain.guidance.error_texts.subjects import (arm_id, consumer_of, image_of, reference_of,
                                                                 registry_name, registry_of, repository_of, scope_of,
                                                                 vault_name_in)
from unit.domain.guidance.error_texts.readings import reading
from unit.records import REGISTRY_ID


def test_a_registry_by_its_id_where_the_text_has_it():
    assert registry_of(reading(registry_id=str(REGISTRY_ID))) == REGISTRY_ID
    assert registry_of(reading(registry="contoso1-a1b2.azurecr.io")) == "contoso1"
    assert registry_name(reading()) == "MyRegistry" and registry_name(reading(registry_name="contoso1")) == "contoso1"


def test_an_image_with_what_is_known_of_it():
    assert image_of(reading(image="team/app:1")) == "team/app:1" and image_of(reading()) == "MyImage:MyTag"
    assert image_of(reading(repository="team/app")) == "team/app:MyTag"
    assert reference_of(reading(registry="contoso1.azurecr.cn", image="team/app:1")) == "contoso1.azurecr.cn/team/app:1"
    assert reference_of(reading(MCR, image="mcr.microsoft.com/a:1")) == "mcr.microsoft.com/a:1"
    assert repository_of(reading(image="team/app@sha256:0")) == "team/app"
    assert repository_of(reading(image="ghcr.io/x:1")) is None


def test_a_consumer_by_its_flag():
    assert consumer_of(reading(consumer="containerapp my-app", puller="containerapp")) == ("--containerapp", "my-app")
    assert consumer_of(reading(puller="webapp")) == ("--webapp", "MyWebApp")
    assert consumer_of(reading()) == ("--aks", "MyCluster")


def test_a_scope_is_where_the_assignment_was_to_be_made():
    assert scope_of(reading(scope="/s/x/providers/Microsoft.Authorization/roleAssignments/1")) == "/s/x"
    assert vault_name_in(reading(resource="kv1")) == "kv1" and arm_id("x") is None
