"""How a cause speaks of what a text names: by its name, else by what it is."""
from __future__ import annotations

from azext_acrcache.domain.consumers.kinds import BY_FLAG
from azext_acrcache.domain.guidance.error_texts.hosts import MCR
from azext_acrcache.domain.guidance.error_texts.reading import Reading
from azext_acrcache.domain.guidance.error_texts.subjects import UNNAMED_REGISTRY, registry_name

# noun: what it is called without a name. A blank in front: an addition that is left out where there is no name.
_NAMED = {"registry": "the registry", "rule": "the cache rule", "vault": "the key vault", "secret": "the secret",
          "set": "the credential set"}
_QUOTED = {"source": "the image", "prefix": "its target", "scope": "the scope", "locked": "the scope", "action": "it"}
_ADDED = {"ip": "address", "application": "application", "tenant": "tenant", "policy": "policy", "provider": "provider",
          "platform": "platform", "repository": "repository", "host": "host"}


def phrases(reading: Reading) -> dict[str, str]:
    """For every brace that a cause may hold."""
    nouns = dict(reading.nouns)
    nouns.setdefault("registry", nouns.get("registry_name", ""))
    nouns.setdefault("vault", nouns.get("resource", ""))
    words = {noun: f"{what} '{nouns[noun]}'" if nouns.get(noun) else what for noun, what in _NAMED.items()}
    words.update({noun: f"'{nouns[noun]}'" if nouns.get(noun) else what for noun, what in _QUOTED.items()})
    words.update({noun: f" '{nouns[noun]}'" if nouns.get(noun) else "" for noun in _ADDED})
    image = nouns.get("image") or nouns.get("bare image")
    words["image"] = f"'{image}'" if image else f"'{nouns['repository']}'" if nouns.get("repository") else "the image"
    words["identity"] = f" '{nouns['principal']}'" if nouns.get("principal") else ""
    words["status"] = f" (status {reading.status})" if reading.status else ""
    words["wait"] = f"; it says to wait {nouns['wait']} s" if nouns.get("wait") else ""
    words["group"] = f" in the resource group '{nouns['group']}'" if nouns.get("group") else ""
    words["upstream"] = "Microsoft's registry 'mcr.microsoft.com'" if reading.speaker == MCR else \
        f"the upstream '{nouns['upstream']}'" if nouns.get("upstream") else "Docker Hub" if nouns.get("bare image") \
        else "the upstream"
    words["consumer"] = _consumer(reading)
    return words


# What stands at the end of a cause where neither it nor a fix says it.
_FURTHER = {"image": "image", "repository": "repository", "rule": "cache rule", "source": "source",
            "set": "credential set", "vault": "key vault", "secret": "secret", "principal": "identity",
            "application": "application", "tenant": "tenant", "host": "host", "digest": "digest"}


def further(reading: Reading, said: str) -> str:
    """The names that the text gives and `said` does not hold, so that a reader sees which part of a paste is meant."""
    names = dict(reading.nouns)
    names.setdefault("vault", names.get("resource", ""))
    left = [f"the {what} '{names[noun]}'" for noun, what in _FURTHER.items()
            if names.get(noun) and names[noun] not in said]
    name = registry_name(reading)
    left += [f"the registry '{names.get('registry', name)}'"] if name != UNNAMED_REGISTRY and name not in said else []
    flag, _, name = names.get("consumer", "").partition(" ")
    left += [f"the {BY_FLAG[flag].noun} '{name}'"] if name and name not in said else []
    # A repository that stands in the image was said with it.
    left = [phrase for phrase in left if not any(phrase.rpartition(" ")[2].strip("'") in other for other in left
                                                 if other is not phrase)]
    return f" The text names {' and '.join(left)}." if left else ""


def _consumer(reading: Reading) -> str:
    flag, _, name = reading.nouns.get("consumer", "").partition(" ")
    if name and (not reading.puller or flag == reading.puller):
        return f"the {BY_FLAG[flag].noun} '{name}'"
    return f"the {BY_FLAG[reading.puller].noun}" if reading.puller in BY_FLAG else "the consumer"
