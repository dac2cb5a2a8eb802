"""Parcels to send: what distribute promised to a Relais, scanned into its box; distribute says that it has left."""
