"""Consumers as Azure shows them: one module for each kind, named in `domain.consumers.KINDS`.

A module has `API`, the pinned version of its service, and `consumer(body, context)`, which reads a resource's body.
"""
from __future__ import annotations
