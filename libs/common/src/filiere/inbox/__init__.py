"""Which events a consumer has already applied; claimed in the handler's own transaction."""

from filiere.inbox.repository import InboxRepository

__all__ = ["InboxRepository"]
