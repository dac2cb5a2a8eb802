"""Applications: a structure asks to be a Relais, without an account, and follows its answer."""
