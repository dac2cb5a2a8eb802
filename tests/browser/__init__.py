"""Every page of a running Filière, in a real browser."""
