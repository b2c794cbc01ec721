"""What app platforms say when they can't pull: mostly that they could not, seldom why.

Sources: webapps-deploy issue 455; azure-container-apps issues 212, 836 and 1201; n8n issue 5394; unifi-docker issue
641; az-dns-forwarder issue 2; the pages on troubleshooting container instances and web apps.
"""
from __future__ import annotations

from azext_acrcache.domain.guidance.error_texts import ways
from azext_acrcache.domain.guidance.error_texts.error_text import CONTENT, WRAPPER, Case, text
from azext_acrcache.domain.guidance.error_texts.hosts import APP_PLATFORM
from azext_acrcache.domain.guidance.error_texts.reading import Reading


def _of_upstream(reading: Reading) -> bool:
    """The image is none of an Azure registry: another host's, or one of Docker Hub without a host."""
    image = reading.nouns.get("image", reading.nouns.get("bare image", ""))
    return bool(image) and ("registry" not in reading.nouns or "." in image.partition("/")[0])


PLATFORM_TEXTS = (
    text(
        "registryerrorresponse|error response is received from the docker registry",
        Case("upstream/quota",
             "{upstream} turned the platform away, most often for its rate limit on anonymous pulls. A client that "
             "names the upstream's image does not go through the cache.",
             (ways.verify_resolve,),
             lambda reading: "registry" not in reading.nouns),
        Case("request/throttled",
             "{registry} turned the platform away for now; its tier decides how many requests it takes.",
             (ways.verify_access, ways.verify_pull)),
        weight=CONTENT, speaker=APP_PLATFORM),
    text(
        r"image\w{0,20}unauthorized\w{0,20}|unable to pull image using managed identity|"
        "acr ?managed ?identity.{0,60}fail",
        Case("consumer/role",
             "{consumer} signed in to {registry} with an identity that has no role there yet: an app's own identity "
             "is made with the app, so that a role can only be given afterwards.",
             (ways.verify_access, ways.grant_pull)),
        weight=CONTENT, speaker=APP_PLATFORM),
    text(
        r"image\w{0,20}notfound\w{0,20}failure",
        Case("pull/manifest", "{registry} does not hold {image} and got none from an upstream.",
             (ways.verify_resolve, ways.verify_pull)),
        weight=CONTENT, speaker=APP_PLATFORM),
    text(
        r"inaccessibleimage|is not accessible\. please check the image and registry credential",
        Case("upstream/source",
             "{consumer} could not pull {image} from {upstream}: it does not exist, is private, or the rate limit on "
             "anonymous pulls is used up.",
             (ways.verify_resolve,),
             _of_upstream),
        Case("consumer/role", "{consumer} has no identity or credentials that may pull {image} from {registry}.",
             (ways.verify_access, ways.grant_pull)),
        weight=WRAPPER + 10, speaker=APP_PLATFORM),
    text(
        r"imagepullfailure|image pull errors for|container pull image failed|pulling docker image \S{1,300} failed|"
        "unable to pull image|image pull failed|failed to pull image .{0,200}(?:container app|revision)",
        Case("upstream/source", "{consumer} could not pull {image} from {upstream}; the platform does not say why.",
             (ways.verify_resolve,),
             lambda reading: _of_upstream(reading) and "registry" not in reading.nouns),
        Case("consumer/role",
             "{consumer} could not pull {image} from {registry}, and the platform does not say why: most often its "
             "identity has no role there, or it is not set up to pull with it.",
             (ways.verify_access, ways.verify_pull, ways.grant_pull)),
        weight=WRAPPER, speaker=APP_PLATFORM),
)
