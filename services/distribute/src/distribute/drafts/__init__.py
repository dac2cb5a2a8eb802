"""Drafts of orders, and templates: kept, opened again, never sent by themselves."""
