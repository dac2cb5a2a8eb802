# Debian's Caddy (2.6) with the file capability of the official image, and busybox for its health check.
ARG DEBIAN
FROM ${DEBIAN}
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends caddy busybox ca-certificates libcap2-bin >/dev/null \
 && rm -rf /var/lib/apt/lists/* && ln -s /bin/busybox /usr/bin/wget && setcap cap_net_bind_service=+ep /usr/bin/caddy \
 && mkdir -p /config/caddy /data/caddy /etc/caddy /srv
ENV XDG_CONFIG_HOME=/config XDG_DATA_HOME=/data
EXPOSE 80 443
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
