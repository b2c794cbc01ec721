"""Microsoft.Resources: subscriptions, resource groups, providers, and finding resources."""
