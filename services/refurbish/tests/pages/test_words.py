"""What people read: English beside the French, and no text that nobody translated."""

from pathlib import Path

import refurbish
from filiere.catalogue.categories import Category
from filiere.catalogue.faults import Fault
from filiere.catalogue.grades import Battery, Cosmetic, StorageKind
from filiere.catalogue.software import OfficePack, System
from filiere.testing.translations import untranslated
from filiere.web.i18n import read_catalogue
from refurbish.agreements.acts import Act
from refurbish.agreements.service import Kind
from refurbish.audits.audit import WithdrawnFor
from refurbish.bulk.acts import BulkAct
from refurbish.bulk.pages import SAID
from refurbish.devices.board import STAGES
from refurbish.devices.erasure_levels import Level
from refurbish.erasure.exits.reasons import ExitReason
from refurbish.how_to.kinds import HowToKind
from refurbish.how_to.published import entries
from refurbish.looks.zones import SEEN, zones_of
from refurbish.parts.kinds import Origin, PartKind
from refurbish.repairs.kinds import Barrier, Outcome, RepairKind
from refurbish.test_sheets.checklists import checklists

from ..conftest import World

CLOSED_LISTS = (PartKind, Origin, RepairKind, Outcome, Barrier, WithdrawnFor, Fault)
NOT_NAMES_OF_PRODUCTS = (OfficePack.NONE, OfficePack.OTHER, System.OTHER)


def test_every_text_of_the_pages_has_its_english() -> None:
    assert untranslated("refurbish") == []


def test_words_that_come_from_data_have_their_english_too() -> None:
    known = read_catalogue(Path(refurbish.__file__).parent / "locales" / "en.po")
    words = [point.name for points in checklists().lists.values() for point in points]
    words += [text for category in Category for text in (category.label_fr, category.plural_fr)]
    words += [axis.label_fr for kind in (Cosmetic, Battery, Level, *CLOSED_LISTS) for axis in kind]
    words += [kind.label_fr for kind in StorageKind if kind is not StorageKind.NONE]
    words += list(STAGES.values())
    words += [*SEEN.values(), *(one.name for category in Category for one in zones_of(category))]
    words += [one.label_fr for one in NOT_NAMES_OF_PRODUCTS]
    words += [text for reason in ExitReason for text in (reason.label_fr, reason.sentence)]
    words += [topic.label_fr for topic in HowToKind] + [key for entry in entries() for key in entry.keys]
    words += [one.label_fr for kind in (Act, Kind) for one in kind]
    words += [text for act in BulkAct for text in (act.label_fr, act.sentence_fr)]
    words += [text for before_and_after in SAID.values() for text in before_and_after]
    assert [word for word in words if word not in known] == []


async def test_a_page_speaks_english_when_asked(world: World) -> None:
    ada = await world.client.login("ada")
    device = await world.arrived()
    page = (await ada.get(f"/equipements/{device}", params={"lang": "en"})).text
    assert "Say which disk it holds" in page
    assert '<html lang="en"' in page
