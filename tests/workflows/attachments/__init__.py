"""Files that people give."""
