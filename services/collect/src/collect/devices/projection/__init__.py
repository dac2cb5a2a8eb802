"""The events of refurbish and distribute, applied to devices, lots and donations."""
