"""Packing: what a donor prepares before the pickup, in the coordination's words, each change a version of its own."""
