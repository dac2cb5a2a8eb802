"""The only room that imports aiokafka. Every await on the broker is bounded (aiokafka #1101, #773)."""

from filiere.kafka.client.admin import KafkaAdmin, ensure_topics, missing_topics, topic_settings
from filiere.kafka.client.consumer import KafkaConsumer
from filiere.kafka.client.producer import KafkaProducer

__all__ = ["KafkaAdmin", "KafkaConsumer", "KafkaProducer", "ensure_topics", "missing_topics", "topic_settings"]
