# Debian's Prometheus (2.42) under the paths and the user of the official image.
ARG DEBIAN
FROM ${DEBIAN}
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends prometheus busybox >/dev/null \
 && rm -rf /var/lib/apt/lists/* && ln -s /bin/busybox /usr/bin/wget && install -d -o 65534 -g 65534 /prometheus /etc/prometheus
USER 65534
EXPOSE 9090
ENTRYPOINT ["/usr/bin/prometheus"]
