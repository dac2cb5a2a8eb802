"""What is seen of a device when it arrives: damaged, incomplete, another model than announced."""
