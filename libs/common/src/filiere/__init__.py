"""What the three services of Filière share."""
