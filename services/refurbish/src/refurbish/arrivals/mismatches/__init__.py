"""What was found on the table and matches no manifest: it waits for a person."""
