"""How to use a device that a Relais hands over: a public page and a paper, in the languages that people read."""
