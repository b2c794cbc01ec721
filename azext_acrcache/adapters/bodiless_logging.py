"""For requests whose bodies hold a secret value or a token: `--debug` shows that they were made, not what they carried.
"""
from __future__ import annotations

from knack.log import get_logger

logger = get_logger(__name__)


def bodiless_logging():
    """A policy in the place of az's own, which prints bodies.

    `logging_enable=False` on a call is not enough: it is forgotten when the request goes out a second time, after a
    challenge.
    """
    from azure.core.pipeline.policies import SansIOHTTPPolicy

    class BodilessLogging(SansIOHTTPPolicy):
        def on_response(self, request, response):
            logger.debug("%s %s: %s", request.http_request.method, request.http_request.url,
                         response.http_response.status_code)

    return BodilessLogging()
