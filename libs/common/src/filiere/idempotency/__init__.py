"""What was answered to each Idempotency-Key: written by the api with the effect itself, pruned by the worker."""

from filiere.idempotency.repository import IdempotencyRepository, StoredResponse

__all__ = ["IdempotencyRepository", "StoredResponse"]
