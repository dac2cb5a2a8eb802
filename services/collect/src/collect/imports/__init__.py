"""Imports: a fleet file read as it is, previewed row by row, confirmed into a donation."""
