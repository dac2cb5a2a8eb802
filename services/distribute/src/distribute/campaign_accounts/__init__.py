"""What each structure of a campaign received and handed over, and a sentence of its own, once the campaign is over."""
