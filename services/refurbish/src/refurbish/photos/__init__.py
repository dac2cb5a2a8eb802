"""Photos of a device, taken at the bench: the picture alone, without where and by whom a camera says it was taken."""
