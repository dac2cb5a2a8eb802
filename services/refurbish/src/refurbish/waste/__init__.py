"""Withdrawn devices leave as waste: exits with weight, code, slip and carrier, their list, drafts for Trackdéchets."""
