# Apache Kafka's own jars from Maven Central under /opt/kafka, on Debian's Java 17; the start scripts are short ones of ours.
ARG DEBIAN
FROM ${DEBIAN}
RUN mkdir -p /usr/share/man/man1 && apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends openjdk-17-jre-headless >/dev/null && rm -rf /var/lib/apt/lists/*
COPY libs /opt/kafka/libs
RUN useradd -u 1000 -m appuser && mkdir -p /opt/kafka/bin /opt/kafka/config /var/lib/kafka/data && chown -R appuser /var/lib/kafka /opt/kafka/config \
 && for program in storage:kafka.tools.StorageTool server-start:kafka.Kafka topics:org.apache.kafka.tools.TopicCommand \
      consumer-groups:org.apache.kafka.tools.consumer.group.ConsumerGroupCommand; do \
      printf '%s\n' '#!/bin/bash' "exec java \${KAFKA_HEAP_OPTS:--Xmx512m} \${KAFKA_OPTS:-} \${KAFKA_LOG4J_OPTS:-} -cp '/opt/kafka/libs/*' ${program#*:} \"\$@\"" \
        > "/opt/kafka/bin/kafka-${program%%:*}.sh"; done && chmod 755 /opt/kafka/bin/*
USER appuser
VOLUME /var/lib/kafka/data
EXPOSE 9092
CMD ["/bin/bash", "-c", "echo 'The stand-in has no default configuration: see docker-compose.yml' >&2; exit 1"]
