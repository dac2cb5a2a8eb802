"""Workshops as collect knows them from `refurbish.workshops`, and which one suits a lot, with reasons."""
