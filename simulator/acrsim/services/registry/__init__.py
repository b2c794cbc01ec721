"""Microsoft.ContainerRegistry in Resource Manager: registries with what is configured in them."""
