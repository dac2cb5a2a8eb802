"""Pallets that nobody itemised: counted by category, labelled at once, inventoried later."""
