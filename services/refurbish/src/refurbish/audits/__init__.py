"""Machine inventories: hardware facts are kept, everything about people is dropped at the door."""
