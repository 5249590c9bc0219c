"""The `jalon` command."""
