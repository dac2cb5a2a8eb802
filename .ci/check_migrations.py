"""Migrate an empty database of each service, then fail where tables and database differ, or where a migration after
the first would break the release before it, or could not begin again (`filiere.database.expand_only`)."""

import asyncio
import sys
from pathlib import Path

from alembic.util.exc import CommandError
from filiere.database import migrations
from filiere.database.expand_only import objections, unrepeatable
from filiere.service import Service, installed_services
from filiere.testing.engines import Databases, postgres

# The last revisions that have run everywhere by now, whatever stands in them.
_RAN = {"collect": "0040", "refurbish": "0025", "distribute": "0032"}


def main() -> None:
    failed = False
    with postgres() as url:
        databases = Databases(url)
        for service in installed_services():
            failed |= _refused(service)
            address = asyncio.run(databases.clone(databases.template(service)))
            try:
                migrations.check(service.migrations, address, service.tables())
            except CommandError as error:
                failed = True
                sys.stderr.write(f"{service.name}: {error}\n")
            else:
                sys.stdout.write(f"{service.name}: migrated, and equal to its declared tables.\n")
            finally:
                asyncio.run(databases.drop(address))
        databases.drop_templates()
    sys.exit(failed)


def _sql_beside(migration: Path) -> str:
    """Statements that are too long for the migration itself."""
    file = migration.with_suffix(".sql")
    return file.read_text() if file.exists() else ""


def _refused(service: Service) -> bool:
    """Whether a migration does more than add, or cannot begin again; said on stderr."""
    later = [file for file in sorted((service.migrations / "versions").glob("*.py")) if file.name[:4] > "0001"]
    said = [
        f"{service.name}: {file.name}, {sentence}\n"
        for file in later
        for sentence in [
            *objections(file.read_text(), _sql_beside(file)),
            *(unrepeatable(file.read_text()) if file.name[:4] > _RAN[service.name] else ()),
        ]
    ]
    sys.stderr.writelines(said)
    return bool(said)


if __name__ == "__main__":
    main()
