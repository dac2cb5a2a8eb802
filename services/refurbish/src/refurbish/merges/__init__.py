"""Two rows that collect made of one machine become one, with trace; and two again when that was a mistake."""
