"""Tests of workflows/catalogue/."""
