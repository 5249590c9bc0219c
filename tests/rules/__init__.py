"""Tests that read the code itself: sizes, doors, names."""
