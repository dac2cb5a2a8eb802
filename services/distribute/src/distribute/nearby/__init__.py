"""Where anybody finds a Relais near them: structures that want to be found, by a commune, the nearest first."""
