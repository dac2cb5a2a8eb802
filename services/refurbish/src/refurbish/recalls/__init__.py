"""A ready device comes back to the bench: its sheet begins anew, and the old one is kept."""
