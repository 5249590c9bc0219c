"""Secrets given to a browser: long and random; the database keeps what they hash to."""

import hashlib
import secrets

LENGTH = 32  # bytes


def new_secret() -> str:
    """A secret nobody can guess, fit for a URL and a cookie; raises nothing."""
    return secrets.token_urlsafe(LENGTH)


def digest_of(secret: str) -> str:
    """What is stored in place of `secret`; raises nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()
