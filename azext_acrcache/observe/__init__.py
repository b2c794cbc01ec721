"""Azure to snapshots: one reader a question. Writes nothing."""
