"""Storage media, their erasures, the wipe gate and the certificates."""
