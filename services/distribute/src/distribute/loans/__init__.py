"""Loans: devices carried on the street (maraude) or lent to a place (hosting), until they are settled."""
