"""What is wanted and what exists, as records."""
