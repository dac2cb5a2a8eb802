"""The second person's own act: she reads the report of an erasure, and confirms or refuses it as herself."""
