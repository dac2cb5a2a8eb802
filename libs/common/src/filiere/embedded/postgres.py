"""PostgreSQL 18 from a wheel, as our own child process.

The wheel brings a manager of its own; it is not used, because it takes the zombie of a killed server for a running one,
chmods the installed package and creates a system user when it runs as root. We start `postgres` ourselves and believe
only a `SELECT 1`.
"""

import secrets
import shutil
import signal
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import asyncpg

from filiere.embedded.engine import Engine
from filiere.embedded.ports import LOOPBACK
from filiere.embedded.postgres_account import Account, binaries
from filiere.embedded.process import Child, EngineError, last_lines

SUPERUSER = "filiere"
_PASSWORD_FILE = "filiere-password"  # noqa: S105 - a file name
# sun_path holds 107 bytes and PostgreSQL adds "/.s.PGSQL.65535" and, while starting, ".lock".
_LONGEST_SOCKET_FOLDER = 85

_COMMON = {
    "max_connections": "200",
    "shared_buffers": "64MB",
    "jit": "off",  # our queries are short: compiling them costs more than running them
    "max_wal_senders": "0",
    "wal_level": "minimal",  # one node, nobody replicates
    "max_logical_replication_workers": "0",
    "io_method": "sync",  # three helpers less; what we read is in memory
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_error_verbosity": "terse",  # the detail of an error quotes the row that was refused
    "password_encryption": "scram-sha-256",
    # The password is 256 random bits: iterating its hash protects nothing and costs each connection milliseconds.
    "scram_iterations": "1",
}
_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
}


class EmbeddedPostgres(Engine[Child]):
    """One PostgreSQL server on 127.0.0.1 over one data folder; restartable on the same folder and port."""

    title = "PostgreSQL"
    start_seconds = 60.0  # crash recovery of a big write-ahead log may take this long; a clean start takes 0.1 s
    probe_pause_seconds = 0.01
    stop_signal = signal.SIGINT  # fast shutdown: clients are disconnected, data is checkpointed
    stop_seconds = 15.0
    says_port_taken = ("could not bind",)
    # A server killed with SIGKILL leaves helpers for some milliseconds; they hold the shared memory until they notice.
    says_not_yet = ("still in use", "lock file")

    def __init__(
        self,
        data_dir: Path,
        port: int | None = None,
        *,
        fast: bool = False,
        log_file: Path | None = None,
        options: Mapping[str, str] | None = None,
    ) -> None:
        """`data_dir` is created on the first start. `fast` gives up durability (tests that never kill the machine).

        The default is durable: an acknowledged commit survives `kill -9`. `options`: settings that win over ours.
        """
        self.data_dir = data_dir.absolute()
        super().__init__(log_file or self.data_dir.with_name(f"{self.data_dir.name}.log"), port)
        self.fast = fast
        self._options = dict(options or {})
        self._password: str | None = None
        self._account = Account()

    def url(self, database: str = "postgres") -> str:
        """`postgresql://user:password@127.0.0.1:port/database`; known once the server has been started."""
        if self._password is None:
            raise EngineError("PostgreSQL has not been started.")
        return f"postgresql://{SUPERUSER}:{self._password}@{LOOPBACK}:{self.port}/{quote(database)}"

    async def _prepare(self) -> None:
        """Create the data folder when it is new."""
        self._account = account = Account.for_data(self.data_dir)
        await self._initialise_once(account)
        self._password = (self.data_dir / _PASSWORD_FILE).read_text().strip()
        await account.forget_dead_owner(self.data_dir)

    async def has_database(self, name: str) -> bool:
        return bool(await self._administer("SELECT count(*) FROM pg_database WHERE datname = $1", name))

    async def create_database(self, name: str, template: str | None = None) -> str:
        """Create `name`, empty or a copy of `template` (to which nobody may be connected); returns its url."""
        copied = f" TEMPLATE {_identifier(template)}" if template else ""
        await self._administer(f"CREATE DATABASE {_identifier(name)}{copied}")
        return self.url(name)

    async def ensure_database(self, name: str) -> str:
        """Create `name` unless it exists; returns its url."""
        if not await self.has_database(name):
            await self.create_database(name)
        return self.url(name)

    async def drop_database(self, name: str) -> None:
        """Drop `name` if it exists, cutting whoever is still connected."""
        await self._administer(f"DROP DATABASE IF EXISTS {_identifier(name)} WITH (FORCE)")

    async def _administer(self, statement: str, *arguments: object) -> object:
        connection = await asyncpg.connect(self.url(), timeout=10)
        try:
            if arguments:
                return await connection.fetchval(statement, *arguments)
            return await connection.execute(statement)
        finally:
            await connection.close()

    async def _initialise_once(self, account: Account) -> None:
        """initdb beside the final folder, then rename: a half-made data folder is never taken for a whole one."""
        wheel = account.reachable(binaries())
        if (self.data_dir / "PG_VERSION").exists():
            return
        if self.data_dir.exists() and any(self.data_dir.iterdir()):
            raise EngineError(f"{self.data_dir} is neither empty nor a PostgreSQL data folder.")
        self.data_dir.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.data_dir.with_name(f".{self.data_dir.name}.new")
        if unfinished.exists():
            shutil.rmtree(unfinished)
        unfinished.mkdir(mode=0o700)
        password = unfinished.with_name(f".{self.data_dir.name}.password")
        password.touch(mode=0o600)
        password.write_text(secrets.token_urlsafe(32))
        account.own(unfinished)
        account.own(password)
        settings = [argument for name, value in _COMMON.items() for argument in ("--set", f"{name}={value}")]
        command = [
            str(wheel / "bin" / "initdb"),
            f"--pgdata={unfinished}",
            f"--username={SUPERUSER}",
            f"--pwfile={password}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--locale=C.UTF-8",
            "--no-instructions",
            *(["--no-sync"] if self.fast else []),
            *settings,
        ]
        offset = self.log_file.stat().st_size if self.log_file.exists() else 0
        if await account.run(command, self.log_file).wait() != 0:
            shutil.rmtree(unfinished, ignore_errors=True)
            password.unlink(missing_ok=True)
            raise EngineError(f"initdb failed: {last_lines(self.log_file, offset=offset)}")
        password.rename(unfinished / _PASSWORD_FILE)
        if self.data_dir.exists():
            self.data_dir.rmdir()
        unfinished.rename(self.data_dir)

    async def _launch(self) -> Child:
        sockets = str(self.data_dir) if len(bytes(self.data_dir)) <= _LONGEST_SOCKET_FOLDER else ""
        settings = {
            **(_FAST if self.fast else {}),
            **self._options,
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": sockets,  # inside the 0700 data folder: for its owner alone
        }
        command = [str(self._account.reachable(binaries()) / "bin" / "postgres"), "-D", str(self.data_dir)]
        command += [argument for name, value in settings.items() for argument in ("-c", f"{name}={value}")]
        # Should we be killed, the server still checkpoints and leaves a clean folder.
        return self._account.run(command, self.log_file, death_signal=signal.SIGINT)

    async def _answers(self) -> bool:
        """One real query on a new connection; False while starting, recovering or shutting down."""
        try:
            connection = await asyncpg.connect(self.url(), timeout=5)
            try:
                return bool(await connection.fetchval("SELECT 1") == 1)
            finally:
                await connection.close()
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False


def _identifier(name: str) -> str:
    """An SQL identifier, quoted."""
    return '"' + name.replace('"', '""') + '"'
