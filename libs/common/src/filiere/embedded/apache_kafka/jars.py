"""Java, Maven and the jars of Apache Kafka."""

import asyncio
import fcntl
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from filiere.embedded.process import Child, EngineError, last_lines

_RESOLVE_SECONDS = 300.0  # a first resolution downloads 50 MB
_TRIES = 3
_COMPLETE = "complete"  # the empty file that says that every jar is there


def why_not() -> str | None:
    """One sentence that says why Apache Kafka cannot run here; None when it can (jars may still be to resolve)."""
    if _folder() is None:
        return "deploy/kafka/pom.xml is not there: Apache Kafka is started from a checkout of Filière."
    if shutil.which("java") is None:
        return "Apache Kafka needs Java 17 or newer, and there is no `java` on the PATH."
    if shutil.which("mvn") is None and not _are_there(_jars()):
        return "The jars of Apache Kafka are resolved by Maven, and there is no `mvn` on the PATH."
    return None


def java() -> str:
    """Path of the Java program; raises EngineError with the sentence of `why_not`."""
    if reason := why_not():
        raise EngineError(reason)
    return str(shutil.which("java"))


def log_configuration() -> Path:
    return _checked_folder() / "log4j2.xml"


async def jars() -> Path:
    """The folder of jars, resolved at first use; `FILIERE_KAFKA_JARS` names another. Raises EngineError."""
    java()
    folder = _jars()
    if not _are_there(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with (folder.parent / "jars.lock").open("w") as lock:  # several test processes may begin at once
            await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
            if not _are_there(folder):
                await _resolve(folder)
    return folder


def _folder() -> Path | None:
    """deploy/kafka of the checkout that this file, or the working folder, belongs to."""
    for start in (Path(__file__), Path.cwd() / "_"):
        for parent in start.parents:
            if (parent / "deploy" / "kafka" / "pom.xml").exists():
                return parent / "deploy" / "kafka"
    return None


def _checked_folder() -> Path:
    folder = _folder()
    if folder is None:
        raise EngineError(why_not() or "")
    return folder


def _jars() -> Path:
    """Named after the pom's content: another version is another folder."""
    if named := os.environ.get("FILIERE_KAFKA_JARS"):
        return Path(named).absolute()
    folder = _checked_folder()
    fingerprint = hashlib.sha256((folder / "pom.xml").read_bytes()).hexdigest()[:8]
    return folder.parents[1] / ".filiere" / "kafka" / f"jars-{fingerprint}"


def _are_there(folder: Path) -> bool:
    return (folder / _COMPLETE).exists() or ("FILIERE_KAFKA_JARS" in os.environ and any(folder.glob("kafka_*.jar")))


async def _resolve(folder: Path) -> None:
    unfinished = _fresh_folder(folder.parent)
    log_file = folder.parent / "maven.log"
    pom = _checked_folder() / "pom.xml"
    command = ["mvn", "-q", "-B", "-f", str(pom), "dependency:copy-dependencies", f"-Dlibs={unfinished}"]
    try:
        for attempt in range(_TRIES):  # registries fail for a moment now and then
            maven = Child(command, log_file=log_file)
            try:
                async with asyncio.timeout(_RESOLVE_SECONDS):
                    code = await maven.wait()
            finally:
                maven.kill_group()
            if code == 0:
                _finish(unfinished, folder)
                return
            await asyncio.sleep(1 + attempt)
        raise EngineError(f"Maven could not resolve Apache Kafka: {last_lines(log_file, 1)} (see {log_file})")
    except TimeoutError:
        raise EngineError(f"Maven did not end within {_RESOLVE_SECONDS:.0f} s (see {log_file})") from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _fresh_folder(where: Path) -> Path:
    made = Path(tempfile.mkdtemp(prefix="jars-", dir=where))
    made.chmod(0o755)
    return made


def _finish(unfinished: Path, folder: Path) -> None:
    """From now on the jars are there, all of them or none."""
    (unfinished / _COMPLETE).touch()
    unfinished.rename(folder)
