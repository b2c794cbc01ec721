"""Requests, answers and access tokens: what every service speaks."""
