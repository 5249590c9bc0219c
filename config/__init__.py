"""What can be set: settings, policies, labels, the shipped catalogue. Imports nothing of ours."""
