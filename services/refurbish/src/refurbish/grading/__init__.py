"""The three axes of a device, graded by the catalogue's rules, with the reasons kept."""
