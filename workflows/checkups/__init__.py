"""What `jalon doctor` looks at: the ground Jalon stands on, the mail, the works of the clock."""
