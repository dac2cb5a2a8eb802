"""Reservations: which device is promised to which line, from promise to handover or release; who may make them."""
