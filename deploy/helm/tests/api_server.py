"""A real Kubernetes API server with its store and nothing else: it judges objects, and no pod ever runs."""

import contextlib
import csv
import secrets
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import yaml

from deploy.helm.tests import tools
from deploy.helm.tests.charts import Object

NAMESPACE = "reuse"


class Cluster:
    """`refusals(object)`: what the server says against it, without keeping it."""

    def __init__(self, url: str, token: str, authority: Path) -> None:
        self.url, self.token, self.authority = url, token, authority
        self._client = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {token}"},
            verify=ssl.create_default_context(cafile=str(authority)),
            timeout=30,
        )
        self._plurals: dict[tuple[str, str], str] = {}

    def is_ready(self) -> bool:
        try:
            return self._client.get("/readyz").status_code == 200
        except httpx.HTTPError:
            return False

    def create(self, found: Object) -> None:
        """Keep a cluster-wide object, such as a definition."""
        answer = self._client.post(self._collection(found, namespaced=False), json=found)
        assert answer.status_code in (201, 409), answer.text

    def refusals(self, found: Object, *, namespace: str = NAMESPACE) -> list[str]:
        """Sentences of the server: the refusal, or its warnings (deprecated, or against the pod standards)."""
        answer = self._client.post(
            self._collection(found, namespace=namespace),
            params={"dryRun": "All", "fieldValidation": "Strict"},
            json=found,
        )
        said = list(answer.headers.get_list("warning", split_commas=False))
        return said if answer.status_code == 201 else [*said, answer.json().get("message", answer.text)]

    def knows(self, api: str, kind: str) -> bool:
        return self._plural(api, kind) is not None

    def _collection(self, found: Object, *, namespaced: bool = True, namespace: str = NAMESPACE) -> str:
        api = found["apiVersion"]
        plural = self._plural(api, found["kind"])
        assert plural, f"the server has no {api} {found['kind']}"
        root = f"/api/{api}" if "/" not in api else f"/apis/{api}"
        return f"{root}/namespaces/{namespace}/{plural}" if namespaced else f"{root}/{plural}"

    def _plural(self, api: str, kind: str) -> str | None:
        if (api, kind) not in self._plurals:
            answer = self._client.get(f"/api/{api}" if "/" not in api else f"/apis/{api}")
            for one in answer.json().get("resources", []) if answer.status_code == 200 else []:
                if "/" not in one["name"]:
                    self._plurals[api, one["kind"]] = one["name"]
        return self._plurals.get((api, kind))

    def kubeconfig(self, file: Path) -> Path:
        """What Helm needs to speak to it."""
        here: dict[str, Any] = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "here",
            "clusters": [
                {"name": "here", "cluster": {"server": self.url, "certificate-authority": str(self.authority)}}
            ],
            "users": [{"name": "me", "user": {"token": self.token}}],
            "contexts": [{"name": "here", "context": {"cluster": "here", "user": "me", "namespace": NAMESPACE}}],
        }
        file.write_text(yaml.safe_dump(here))
        file.chmod(0o600)
        return file

    def close(self) -> None:
        self._client.close()


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """Start it in an empty folder; both programs end with the block."""
    programs = tools.server()
    assert programs is not None
    store, peers, port = _free_ports(3)
    token = secrets.token_urlsafe(24)
    with (folder / "tokens.csv").open("w") as file:
        csv.writer(file).writerow([token, "admin", "admin", "system:masters"])
    key, public = folder / "accounts.key", folder / "accounts.pub"
    subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
    subprocess.run(["openssl", "rsa", "-in", key, "-pubout", "-out", public], check=True, capture_output=True)
    etcd = [str(programs[0]), f"--data-dir={folder}/etcd", "--unsafe-no-fsync"]
    etcd += [f"--{what}-client-urls=http://127.0.0.1:{store}" for what in ("listen", "advertise")]
    etcd += [f"--listen-peer-urls=http://127.0.0.1:{peers}", f"--initial-advertise-peer-urls=http://127.0.0.1:{peers}"]
    etcd += [f"--initial-cluster=default=http://127.0.0.1:{peers}"]
    api = [
        str(programs[1]),
        f"--etcd-servers=http://127.0.0.1:{store}",
        f"--secure-port={port}",
        "--bind-address=127.0.0.1",
    ]
    api += [f"--cert-dir={folder}/certificates", f"--token-auth-file={folder}/tokens.csv", "--authorization-mode=RBAC"]
    api += ["--service-account-issuer=https://localhost", f"--service-account-key-file={public}"]
    api += [f"--service-account-signing-key-file={key}", "--service-cluster-ip-range=10.0.0.0/24"]
    api += ["--disable-admission-plugins=ServiceAccount"]  # nobody makes accounts here: there are no controllers
    running: list[subprocess.Popen[bytes]] = []
    with (folder / "log").open("wb") as log:
        try:
            running += [subprocess.Popen(command, stdout=log, stderr=log) for command in (etcd, api)]
            yield _ready(f"https://127.0.0.1:{port}", token, folder, running)
        finally:
            for process in reversed(running):
                process.terminate()
                process.wait(30)


def _ready(url: str, token: str, folder: Path, running: list[subprocess.Popen[bytes]]) -> Cluster:
    authority = folder / "certificates" / "apiserver.crt"
    deadline = time.monotonic() + 90
    found: Cluster | None = None
    while found is None or not found.is_ready():
        ended = any(process.poll() is not None for process in running)
        assert not ended, (folder / "log").read_text()[-2000:]
        assert time.monotonic() < deadline, "the API server did not become ready"
        time.sleep(0.3)
        if found is None and authority.exists():
            found = Cluster(url, token, authority)
    return found


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports
