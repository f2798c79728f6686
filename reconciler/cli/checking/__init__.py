"""What `reconciler doctor` looks at; each module a part of the screen."""
