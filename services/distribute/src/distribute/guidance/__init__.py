"""Diagnosis of a person: questions whose answers propose a device, a connection, a training. Nothing is kept."""
