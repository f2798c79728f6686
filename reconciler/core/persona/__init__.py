"""What an author may write about a persona: types, limits, known values, and the checks."""
