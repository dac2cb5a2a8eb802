"""Relais: social structures, their agreement, their people."""
