"""What a device is, corrected at the bench: its category, its model, its serial."""
