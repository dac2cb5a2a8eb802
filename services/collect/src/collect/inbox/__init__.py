"""The coordination's day: what waits, what is late, what is stuck, and what went well."""
