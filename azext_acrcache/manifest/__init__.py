"""Manifest files: from their text to what is wanted, and back."""
