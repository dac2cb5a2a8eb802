"""What happened to one device over the three services, told by their events alone."""
