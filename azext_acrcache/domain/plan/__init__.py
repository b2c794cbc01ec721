"""From what is wanted and what exists to steps: pure planning, refusals before any step included."""
