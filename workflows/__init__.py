"""What Jalon does: lifecycle, obligations, reminders, imports, queries."""
