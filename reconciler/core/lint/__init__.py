"""Lint: what is doubtful about a definition that could be sent as it is."""
