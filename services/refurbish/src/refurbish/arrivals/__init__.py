"""Lots that are expected, their arrival by scan, their reconciliation, and what matches nothing."""
