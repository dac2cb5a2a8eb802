"""Relais of a network that moves in, their open orders, and devices that went to them before: told, then put there."""
