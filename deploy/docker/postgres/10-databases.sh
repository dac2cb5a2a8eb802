#!/usr/bin/env bash
# First start only: one database and one role per service, none of which can enter another's; one for Keycloak; and
# the audit's role, the only one that may look into all three, and only look.
set -euo pipefail

sql() { psql --no-psqlrc --quiet -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres "$@"; }

for name in collect refurbish distribute keycloak; do
  password="${name^^}_PASSWORD"
  sql -v name="$name" -v password="${!password}" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
done

sql -v password="$AUDIT_PASSWORD" <<'SQL'
CREATE ROLE audit LOGIN PASSWORD :'password' IN ROLE pg_read_all_data;
ALTER ROLE audit SET default_transaction_read_only = on;
GRANT CONNECT ON DATABASE collect, refurbish, distribute TO audit;
SQL
