"""Saying which secrets go where before the first is read, and asking where that may not be what their owner wants."""
from __future__ import annotations

from typing import Sequence

from knack.log import get_logger

from azext_acrcache.cli.confirmation import agreed_to
from azext_acrcache.domain.state.secret_deliveries import SecretDelivery

logger = get_logger(__name__)


def announce(deliveries: Sequence[SecretDelivery], yes: bool) -> None:
    """Names secrets and hosts on stderr; asks about those that are in doubt, unless `yes`.

    Raises ManualInterrupt where the answer is not yes, NoTTYError where there is no terminal to ask on.
    """
    if deliveries:
        logger.warning("%s", "\n".join(["Secrets are read with your own rights and sent to their upstreams:",
                                        *(f"  {delivery.words}" for delivery in deliveries)]))
    in_doubt = [delivery for delivery in deliveries if delivery.doubts]
    if in_doubt and not yes:
        agreed_to([f"  send  {delivery.words}: {'; '.join(delivery.doubts)}" for delivery in in_doubt],
                  "This command would send secrets to upstreams that they may not be meant for: "
                  + "; ".join(f"{delivery.words} ({', '.join(delivery.doubts)})" for delivery in in_doubt) + ".",
                  "Add --yes to send them, or name the rules to check with --name.", "Nothing was read or sent.")
