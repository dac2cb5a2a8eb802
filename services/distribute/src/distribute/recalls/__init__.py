"""A lot or a model that the coordination takes back: what is free is held, what has left is counted back."""
