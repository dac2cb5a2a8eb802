"""The backbone's small real service as the commands of a ServicePlan: real relay, consumer, api and republishing."""

import asyncio
import sys
from dataclasses import fields
from pathlib import Path

from filiere.cli import main
from filiere.database.migrations import create_all
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.bank import BANK


class Bank(Service):
    """The bank is a module, not a package: say where its (absent) pages would be."""

    @property
    def root(self) -> Path:
        return Path(__file__).parent


async def migrate() -> None:
    """The bank has no migrations: make its tables directly, once."""
    await create_all(Settings().database_url.get_secret_value(), BANK.tables())


if __name__ == "__main__":
    if sys.argv[1:] == ["migrate"]:
        asyncio.run(migrate())
    else:
        main(Bank(**{field.name: getattr(BANK, field.name) for field in fields(BANK)}))
