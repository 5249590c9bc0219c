"""The pages: over HTTP against a real server, and in a real browser."""
