"""What to tell a person who is stuck: az lines, fixes, error texts."""
