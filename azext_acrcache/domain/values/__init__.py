"""Names, identifiers and references: values without a life of their own."""
