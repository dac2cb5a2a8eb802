"""The coordination's home: what waits for it, what is late, what others are at."""
