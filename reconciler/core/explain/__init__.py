"""What is known of one field, put together from the tables that check, compare and send it."""
