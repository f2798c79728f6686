"""The front door: click, the environment, construction of everything, exit codes."""
