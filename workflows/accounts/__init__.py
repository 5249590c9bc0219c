"""Signing in on the web: one-time links, sessions, and what a signed-in person may see."""
