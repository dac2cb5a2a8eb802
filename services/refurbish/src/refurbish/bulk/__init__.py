"""One act on many devices: looked at first, then done in one transaction, by the rules of the single commands."""
