"""By what else a device is known than by its label and serial: IMEI, inventory number, the workshop's own number."""
