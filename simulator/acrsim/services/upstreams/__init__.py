"""The registries that cache rules take images from."""
