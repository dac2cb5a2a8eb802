"""Stock: devices that workshops declared ready, and what became of them."""
