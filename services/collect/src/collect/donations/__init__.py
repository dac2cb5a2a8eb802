"""Donations: declared by lines, judged line by line, accepted or declined, and their way to the end."""
