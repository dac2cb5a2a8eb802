"""The bench's home: what to do next and why, what waits for somebody, what was done today. Nobody is counted."""
