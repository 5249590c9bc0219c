"""What applicants and pilots look at: their own applications, fiches, opinions and reports."""
