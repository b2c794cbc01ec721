"""Roles, denials, conditions, and what they come to."""
