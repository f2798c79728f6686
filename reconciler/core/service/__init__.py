"""What is known of how the service behaves, and how surely: one table of questions, one profile."""
