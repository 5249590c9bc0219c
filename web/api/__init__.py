"""The JSON API: the nouns and the triggers of the command, for programs."""
