"""Documents as PDF, made by Typst: the same input gives the same bytes."""
