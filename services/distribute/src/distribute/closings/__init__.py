"""Closings of the till: of a day with its cash counted, of a month, of a year; each an entry of the journal."""
