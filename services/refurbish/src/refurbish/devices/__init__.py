"""The device on its way through the workshop: its stages, what comes next, ready or withdrawn."""
