"""Applications in and out: files read and written, lists, one dossier shown whole."""
