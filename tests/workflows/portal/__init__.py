"""What applicants and pilots look at."""
