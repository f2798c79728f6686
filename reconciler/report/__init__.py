"""Plan and Outcome as text and as JSON. Returns text, never prints; secrets are masked before."""
