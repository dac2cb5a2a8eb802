"""Transactional outbox: `append` writes events in the caller's transaction, the relay publishes them."""

from filiere.outbox.repository import CHANNEL, OutboxRepository, append

__all__ = ["CHANNEL", "OutboxRepository", "append"]
