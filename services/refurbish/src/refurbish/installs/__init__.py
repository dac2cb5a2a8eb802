"""What is installed on a device before it leaves, whether a licence key was used, and how its battery is."""
