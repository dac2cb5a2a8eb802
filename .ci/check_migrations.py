"""Migrate an empty database of each service, then fail where models and database differ."""

import asyncio
import sys

from alembic.util.exc import CommandError
from filiere.database import migrations
from filiere.service import installed_services
from filiere.testing.engines import Databases, postgres


def main() -> None:
    failed = False
    with postgres() as url:
        databases = Databases(url)
        for service in installed_services():
            address = asyncio.run(databases.clone(databases.template(service)))
            try:
                migrations.check(service.migrations, address, service.metadata)
            except CommandError as error:
                failed = True
                sys.stderr.write(f"{service.name}: {error}\n")
            else:
                sys.stdout.write(f"{service.name}: migrated, and equal to its models.\n")
            finally:
                asyncio.run(databases.drop(address))
        databases.drop_templates()
    sys.exit(failed)


if __name__ == "__main__":
    main()
