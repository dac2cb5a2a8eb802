"""Price lists: drafted, compared, published by the coordination; each in force from its day until the next begins."""
