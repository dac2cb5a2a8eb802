# The real distribution of Keycloak from Maven Central on Debian's Java 17, laid out as the official image has it.
ARG DEBIAN
FROM ${DEBIAN}
ARG VERSION
RUN mkdir -p /usr/share/man/man1 && apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends openjdk-17-jre-headless >/dev/null && rm -rf /var/lib/apt/lists/*
ADD keycloak-quarkus-dist-${VERSION}.tar.gz /opt/
RUN mv /opt/keycloak-${VERSION} /opt/keycloak && mkdir -p /opt/keycloak/data \
 && echo "keycloak:x:1000:0:keycloak:/opt/keycloak:/bin/bash" >> /etc/passwd \
 && chown -R 1000:0 /opt/keycloak && chmod -R g+rwX /opt/keycloak
ENV LANG=en_US.UTF-8
USER 1000
EXPOSE 8080 8443 9000
ENTRYPOINT ["/opt/keycloak/bin/kc.sh"]
