"""Days on which a workshop takes less than usual, more, or nothing: a week with twenty laptops, closed at Christmas."""
