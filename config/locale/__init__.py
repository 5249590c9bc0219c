"""The languages other than French: one catalogue each, and how its sentences are found."""
