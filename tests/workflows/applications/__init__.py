"""Applications in and out."""
