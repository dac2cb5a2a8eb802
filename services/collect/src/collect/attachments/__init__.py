"""Attachments: photos and documents that a donor or the coordination adds to a donation."""
