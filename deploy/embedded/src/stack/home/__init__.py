"""The front door: who do you want to be, what runs, where things are. A process of its own that only reads."""
