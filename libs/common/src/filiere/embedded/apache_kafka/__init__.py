"""A real Apache Kafka (KRaft) without Docker: Java from this machine, jars that Maven resolves, nodes as our children.

For tests, benchmarks and `make kafka`; networks run their own. It needs a checkout (`deploy/kafka/pom.xml`), `java`
and, the first time, `mvn`.
"""

from filiere.embedded.apache_kafka.cluster import ApacheKafka
from filiere.embedded.apache_kafka.jars import why_not
from filiere.embedded.apache_kafka.node import KafkaNode

__all__ = ["ApacheKafka", "KafkaNode", "why_not"]
