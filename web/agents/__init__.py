"""How agents sign in beside links: an identity provider (OpenID Connect), or the emergency account."""
