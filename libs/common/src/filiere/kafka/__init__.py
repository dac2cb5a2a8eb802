"""The seam to Kafka: what services declare, and the runtime that keeps the promises."""

from filiere.kafka.ports import Invalid, Received, RetryLater, Subscription, Topic

__all__ = ["Invalid", "Received", "RetryLater", "Subscription", "Topic"]
