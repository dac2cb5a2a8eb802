"""Who was really served: counts of a quarter that is over, told once, so that nobody in them can be found."""
