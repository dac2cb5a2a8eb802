"""Referral slips: a worker sends a person by a single-use code; nobody's name is on it, and a till takes it once."""
