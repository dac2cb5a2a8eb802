"""What the readers of all kinds of photos share."""

MOST_PARTS = 100_000
"""Of one photo: a camera writes some dozens, a hostile file as many as fit."""


class PhotoUnreadable(ValueError):
    """Not made as its kind is made: what it says beside the picture cannot be told from the picture."""
