"""The agreement between the network and a workshop: a price for each act, dated; the share of defects it allows.

Nothing is assumed: until the coordination has entered a price, a line has none.
"""
