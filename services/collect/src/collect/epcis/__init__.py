"""A donation as GS1 EPCIS 2.0 events in JSON-LD, for the tools of others."""
