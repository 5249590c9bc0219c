"""Mail: words, headers, recipients, the outbox, delivery to a real server."""
