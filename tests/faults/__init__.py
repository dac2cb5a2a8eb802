"""Processes die, networks fail, brokers forget: afterwards nothing is lost and nothing is twice."""
