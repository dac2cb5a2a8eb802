# One image per service:  docker build --build-arg SERVICE=collect -t filiere/collect:0.1.0 .
# SERVICE: collect, refurbish or distribute; `stack` makes the image of the demonstration and the audit.
# A package mirror or a company's certificate:  --secret id=pip.conf,src=…  --secret id=ca.pem,src=…
# The Python version is the one that the tests run on.
ARG PYTHON_IMAGE=python:3.11.14-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
# The moment that files and the bill of materials carry: the same sources give the same bytes.
ARG SOURCE_DATE_EPOCH=0
ENV SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH} \
    PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore \
    PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0
WORKDIR /src

# Two environments: one that is shipped and has no pip, one that builds.
RUN python -m venv --without-pip /opt/filiere && python -m venv /build
COPY requirements.lock deploy/docker/image/build.lock ./
RUN --mount=type=secret,id=pip.conf,target=/etc/pip.conf --mount=type=secret,id=ca.pem,target=/run/secrets/ca.pem \
    /build/bin/pip install --quiet --require-hashes --only-binary :all: -r build.lock \
 && /build/bin/pip --python /opt/filiere/bin/python install --quiet --no-compile --require-hashes \
      --only-binary :all: -r requirements.lock

COPY libs/common libs/common
COPY services services
COPY deploy/embedded deploy/embedded
COPY contracts /opt/filiere/contracts
COPY deploy/docker/image/unneeded.py deploy/docker/image/sbom.py ./
# From here on the images differ: `stack` knows all three services; a service knows itself alone.
ARG SERVICE
ARG VERSION=0.1.0
RUN test -n "${SERVICE}" || { echo "Say --build-arg SERVICE=collect|refurbish|distribute|stack" >&2; exit 1; }; \
    if [ "${SERVICE}" = stack ]; then members="services/collect services/refurbish services/distribute deploy/embedded"; \
    else members="services/${SERVICE}"; fi \
 && PATH="/build/bin:${PATH}" /build/bin/pip wheel --quiet --no-index --no-deps --no-build-isolation --wheel-dir /build/wheels \
      ./libs/common $(printf './%s ' ${members}) \
 && /build/bin/pip --python /opt/filiere/bin/python install --quiet --no-compile --no-index --no-deps /build/wheels/*.whl \
 && /opt/filiere/bin/python unneeded.py "filiere-${SERVICE}" > /build/unneeded.txt \
 && /build/bin/pip --python /opt/filiere/bin/python uninstall --quiet --yes -r /build/unneeded.txt \
 && packages="$(/opt/filiere/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" \
 && for member in ${members}; do \
      if [ -d "${member}/migrations" ]; then cp -r "${member}/migrations" "${packages}/${member##*/}/migrations"; fi; \
    done \
 && /build/bin/pip --python /opt/filiere/bin/python check
RUN printf '%s\n' '#!/opt/filiere/bin/python' 'import runpy' '' \
      "runpy.run_module(\"${SERVICE}\", run_name=\"__main__\", alter_sys=True)" > /opt/filiere/bin/filiere \
 && chmod 755 /opt/filiere/bin/filiere \
 && /opt/filiere/bin/python sbom.py "filiere-${SERVICE}" "${VERSION}" > /opt/filiere/sbom.cdx.json \
 # Left out of the packages: sources of compiled modules, tests, and what Babel knows of languages that we do not speak.
 && find /opt/filiere/lib -name '*.pyx' -o -name '*.pxd' -o -name '*.[ch]' -o -name '*.cpp' | xargs rm -f \
 && find /opt/filiere/lib -type d -path '*/site-packages/*' -name tests -prune -exec rm -rf {} + \
 && find /opt/filiere/lib -path '*/babel/locale-data/*.dat' ! -name 'root.dat' ! -name 'fr*.dat' ! -name 'en*.dat' -delete \
 # Compiled here, checked never: the root is read-only, and file times say nothing.
 && find /opt/filiere -name __pycache__ -prune -exec rm -rf {} + \
 && /opt/filiere/bin/python -m compileall -q -j 1 --invalidation-mode unchecked-hash /opt/filiere/lib \
 # A new volume of the demonstration takes the rights of the folder that it covers. Copied as one tree below, so that
 # the folders keep their times too, and without the rights that the checkout happened to have.
 && mkdir -p /image/opt /image/var/lib/filiere \
 && mv /opt/filiere /image/opt/ \
 && chmod -R u=rwX,go=rX /image && chmod 1777 /image/var/lib/filiere \
 && find /image -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH}" {} +


FROM ${PYTHON_IMAGE}
ARG SERVICE
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
ARG PYTHON_IMAGE
LABEL org.opencontainers.image.title="filiere/${SERVICE}" \
      org.opencontainers.image.description="Filière: the supply chain of refurbished equipment for people in precarity" \
      org.opencontainers.image.licenses="AGPL-3.0-or-later" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.base.name="${PYTHON_IMAGE}" \
      org.filiere.sbom="/opt/filiere/sbom.cdx.json" \
      org.filiere.sbom.format="CycloneDX 1.6"
COPY --from=build /image/ /
ENV PATH=/opt/filiere/bin:/usr/local/bin:/usr/bin:/bin \
    HOME=/tmp PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 PORT=8000 WORKER_PORT=9000 \
    KAFKA_PROFILE=kafka KAFKA_TOPICS_FILE=/opt/filiere/contracts/topics.yaml CONTRACTS_FOLDER=/opt/filiere/contracts
USER 10001:10001
EXPOSE 8000 9000
# The api's; a worker's is at WORKER_PORT.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-SEc", "import os, urllib.request as web; web.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/health/ready\", timeout=4)"]
ENTRYPOINT ["filiere"]
CMD ["api"]
