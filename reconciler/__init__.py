"""A declarative, GitOps-style reconciler for Tavus personas."""

__version__ = "0.1.0"
