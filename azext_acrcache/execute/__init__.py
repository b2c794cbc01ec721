"""Actions to adapters: each action has a handler."""
