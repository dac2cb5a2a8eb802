"""What a service is made of: one value that the api, the worker, the commands and the contracts all read."""

import asyncio
import importlib.resources
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Generic

from filiere.duties import Duty
from filiere.events import Event
from filiere.kafka.ports import Subscription, Topic
from filiere.keys import KeyScope
from filiere.mail.kinds import MailKind
from filiere.roles import Role
from filiere.settings import SettingsT

if TYPE_CHECKING:
    from fastapi import APIRouter
    from sqlalchemy import MetaData

    from filiere.database import Database

Background = Callable[["Database", SettingsT, asyncio.Event], Awaitable[None]]
"""Work of the worker process beside its events: runs until the event asks it to stop, and then ends soon.

What it raises ends the process, relay and consumer with it: it deals with its failures itself.
"""


@dataclass(frozen=True)
class NavigationItem:
    """One entry of a service's menu, by its page's name; `roles` empty means everybody who is logged in."""

    label: str
    page: str
    roles: frozenset[Role] = frozenset()
    duties: frozenset[Duty] = frozenset()  # as at its route; empty: all that are not narrow
    at_the_thumb: bool = False  # on a phone, one of at most five places at the lower edge
    # Whoever has so much to see that it would take two lines finds it behind this word.
    group: str = ""
    grouped_for: frozenset[Role] = frozenset()


@dataclass(frozen=True)
class Scans:
    """How a service takes scans, on every page and without the network (`filiere/web/offline.py`): names of pages."""

    desk: str  # where to go on scanning
    send: str  # takes one scan as JSON
    kept: tuple[str, ...]  # what opens without the network


@dataclass(frozen=True)
class OfflinePages:
    """Pages that open without the network, beside those where one scans: names of pages."""

    desks: Mapping[str, str]  # where to go on working, each with what it is called
    kept: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Service(Generic[SettingsT]):
    """One of the three services, with settings of its own kind.

    `routers` is called by the api process only, so that the worker never loads the pages.
    """

    name: str  # consumer group and event source, and the package unless that is named
    title: str  # French, on screen
    tables: "Callable[[], MetaData]"  # called by migrations and tests only: what runs never loads SQLAlchemy
    topics: Sequence[Topic]  # the topics it owns
    events: Sequence[type[Event]]  # every event it publishes
    subscriptions: Sequence[Subscription]
    routers: Callable[[], "Sequence[APIRouter]"]
    settings: type[SettingsT]
    secrets: Sequence[str] = ()  # settings of its own that nobody may guess where others can reach it
    background: Callable[[], Sequence[Background[SettingsT]]] = tuple  # called by the worker process only
    package: str = ""
    keeps_files: bool = False  # what people bring: see `filiere.files`
    reapplies: bool = False  # its handlers only project: all events again, in order, end in the same rows
    navigation: Sequence[NavigationItem] = ()  # in the order shown
    mails: Sequence[MailKind] = ()  # the letters it writes, beside those that the library writes for all
    scans: Scans | None = None
    offline: OfflinePages | None = None
    organisation_role: Role | None = None  # of those who act for one of its organisations
    organisation_table: str = ""  # whose `id` memberships name, and whose `name` people know
    organisation_closed: str = ""  # its column that is filled in while nobody may act for one; none: all are open
    duties: Sequence[Duty] = (Duty.LEAD, Duty.COLLEAGUE)  # that an organisation's people may have, the lead first
    duty_words: Mapping[Duty, str] = field(default_factory=dict)  # what one opens here, where that is said more exactly
    familiar: bool = False  # its people say « tu »: so do the library's French texts on its pages
    key_scopes: Sequence[KeyScope] = ()  # of the keys that organisations make for their tools; none: it gives no keys

    @property
    def root(self) -> Path:
        """Folder of the service's package: slices with their templates, locales."""
        return Path(str(importlib.resources.files(self.package or self.name)))

    @property
    def migrations(self) -> Path:
        """The alembic tree: inside an installed package, beside `src` in a checkout."""
        packaged = self.root / "migrations"
        return packaged if packaged.is_dir() else self.root.parents[1] / "migrations"


def installed_services() -> list[Service]:
    """Every service installed in this environment, by name: for contracts, audits and tests that walk all of them."""
    found = [entry.load() for entry in entry_points(group="filiere.services")]
    return sorted(found, key=lambda service: str(service.name))
