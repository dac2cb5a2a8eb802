"""Whole lives of devices across the three services, on the real parts."""
