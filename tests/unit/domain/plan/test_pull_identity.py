from __future__ import annotations

from azext_acrcache.domain.plan.actions import AttachIdentity, ClientOf, CreateIdentity
from azext_acrcache.domain.plan.pull_grant import PullGrant
from azext_acrcache.domain.plan.pull_identity import puller_of
from unit.domain.consumer_records import OWN, TWO, access, consumer, identity

NEW = identity("new", TWO)


def test_who_has_an_identity_pulls_with_it():
    puller, steps = puller_of(consumer(), PullGrant("abac"), access())
    assert (puller.principal, puller.named, puller.client, steps) == (OWN, "system", None, [])


def test_one_that_is_still_to_be_made_is_made_first():
    puller, (create, attach) = puller_of(consumer(), PullGrant("abac", assign=NEW.id), access())
    assert isinstance(create.action, CreateIdentity) and attach.needs == (create.key,)
    assert puller.client == ClientOf(create.key) and puller.needs == (attach.key,)


def test_one_of_several_that_exist_is_found_by_its_id():
    snapshot = access(assigned=(identity("other"), NEW))
    puller, (attach,) = puller_of(consumer(), PullGrant("abac", assign=NEW.id.upper()), snapshot)
    assert isinstance(attach.action, AttachIdentity) and (puller.principal, puller.client) == (TWO, None)
