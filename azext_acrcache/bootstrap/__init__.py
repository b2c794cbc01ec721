"""`az acrcache bootstrap`: chains from nothing to a working pull, shown, and taken down."""
