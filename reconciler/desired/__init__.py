"""Definitions on disk to Desired, and Live back to files: the only user of YAML."""
