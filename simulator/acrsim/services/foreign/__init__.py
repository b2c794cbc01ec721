"""Hosts of strangers: they take whatever a client sends them and show what it was."""
