"""The state document as bytes, and the places where it lives."""
