"""Two organisations of each kind in each service, and everything that an address can name."""
