"""Entra ID and Microsoft Graph."""
