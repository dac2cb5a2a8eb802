"""Signing: a drafted agreement goes to a director by a link, is signed on a phone, and its time is measured."""
