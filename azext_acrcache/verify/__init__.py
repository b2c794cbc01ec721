"""`az acrcache verify`: looks, and changes nothing."""
