"""The walk: every route of every service, as every role, as another organisation, with every kind of bad token."""
