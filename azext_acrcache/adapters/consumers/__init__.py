"""Consumers as Azure shows them: one reader for each kind, in the module that `domain.consumers.kinds` names."""
