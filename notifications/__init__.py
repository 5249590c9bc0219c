"""What is written to people: templates, composing, the outbox, delivery."""
