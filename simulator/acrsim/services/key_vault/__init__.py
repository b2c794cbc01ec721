"""Microsoft.KeyVault, and the data plane of its vaults."""
