"""Devices that a workshop had on its benches before its network came here: told first, put there when their lot is."""
