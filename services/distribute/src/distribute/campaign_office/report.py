"""The report of a campaign: it writes itself, with what was promised beside it. By cell it tells of orders alone."""

import asyncio
from collections.abc import Iterator, Sequence

from filiere.calendar import today
from filiere.catalogue import Category
from filiere.database import EVERYBODY, AsyncReadSession
from filiere.documents.paper import Block, Content, Facts, Heading, Stamp, Table, Text, paper_pdf
from filiere.web import gettext as _
from filiere.web import told
from filiere.web.addresses import whole_path
from filiere.web.formats import full_day, number
from pydantic import BaseModel

from distribute.campaign_accounts.repository import AccountsRepository
from distribute.campaign_accounts.schemas import AccountOut
from distribute.campaign_office.progress import progress
from distribute.campaign_office.progress_repository import ProgressRepository
from distribute.campaign_office.schemas import ProgressOut
from distribute.campaign_stock.ledger_repository import Became, CampaignLedger
from distribute.campaigns.schemas import CampaignOut
from distribute.campaigns.status import Stage

KINDS = ("territory", "category")
HEADER = ("tableau", "ligne", "nombre", "objectif ou commandé")


class Report(BaseModel):
    """What is told of a campaign; `cells` by kind and cell: devices that its orders ask for, and promised of them."""

    campaign: CampaignOut
    progress: ProgressOut
    became: Became
    cells: dict[str, dict[str, tuple[int, int]]]
    accounts: list[AccountOut]


async def report(session: AsyncReadSession, campaign: CampaignOut) -> Report:
    """As of now."""
    return Report(
        campaign=campaign,
        progress=await progress(session, campaign),
        became=await CampaignLedger.from_session(session).became(campaign.name),
        cells=await ProgressRepository.from_session(session).promised_by(campaign.name),
        accounts=await _accounts_of(session, campaign),
    )


async def _accounts_of(session: AsyncReadSession, campaign: CampaignOut) -> list[AccountOut]:
    """Of who ordered; once it is over, so that two reports of different days tell of no handover between them."""
    if campaign.stage not in (Stage.ENDED, Stage.CLOSED):
        return []
    each = AccountsRepository.from_session(session).each(EVERYBODY, campaign.id, campaign.name)
    return [one async for one in each if one.ordered]


def rows(found: Report) -> Iterator[Sequence[object]]:
    """The report as a sheet."""
    terms, far = found.campaign.terms, found.progress
    yield _("ensemble"), _("Personnes équipées"), _count(far.people), terms.target_people or ""
    yield _("ensemble"), _("Équipements remis"), far.devices, terms.target_devices or ""
    yield _("ensemble"), _("Structures"), far.structures, terms.target_structures or ""
    for kind in KINDS:
        for cell, (ordered, promised) in found.cells.get(kind, {}).items():
            yield told(TITLES_FR[kind]), _word(kind, cell), promised, ordered
    for one in found.accounts:
        yield _("structure, équipements remis"), one.name, one.handed, one.ordered


async def report_pdf(found: Report, address: str) -> bytes:
    """The report on paper. Raises ProcessFailed."""
    on = today()
    page = whole_path(address, "campaign", campaign_id=found.campaign.id)
    code = f"{on:%Y%m%d}-{found.campaign.id.hex[-6:].upper()}"
    stamp = Stamp(code, on, full_day(on), code, page, opens=_("La page de la campagne :"))
    # A thousand structures are many numbers to write out.
    return await paper_pdf(await asyncio.to_thread(content, found), stamp)


def content(found: Report) -> Content:
    terms, far, became = found.campaign.terms, found.progress, found.became
    days = {"first": full_day(terms.begins_on), "last": full_day(terms.ends_on)}
    facts = [
        (_("Jours"), _("du %(first)s au %(last)s") % days),
        (_("Personnes équipées"), _of(_count(far.people), terms.target_people)),
        (_("Équipements remis"), _of(number(far.devices), terms.target_devices)),
        (_("Structures"), _of(number(far.structures), terms.target_structures)),
        (_("Mis de côté en tout"), number(became.set_aside)),
        (_("Servis"), number(became.served)),
        (_("Rendus au stock commun"), number(became.given_back)),
    ]
    tables: list[Block] = [
        block
        for kind in KINDS
        if found.cells.get(kind)
        for block in (
            Heading(told(TITLES_FR[kind])),
            Table(
                (told(TITLES_FR[kind]), _("Commandés"), _("Promis")),
                [(_word(kind, cell), number(one[0]), number(one[1])) for cell, one in found.cells[kind].items()],
                (2.0, 1.0, 1.0),
            ),
        )
    ]
    return Content(
        title=_("Bilan de la campagne « %(name)s »") % {"name": found.campaign.name},
        lead=_("Écrit le %(day)s, d'après la caisse des Relais.") % {"day": full_day(today())},
        blocks=[
            Facts(facts),
            *(tables or [Text(_("Aucune commande n'est encore passée pour la campagne."))]),
            *_accounts(found.accounts),
        ],
        method=[
            _("Une personne est un repère d'un Relais ; sans repère, ce qui est remis ensemble."),
            _("Les personnes se disent par dizaines entières, sans détail : personne ne peut y être reconnu."),
        ],
    )


def _accounts(accounts: Sequence[AccountOut]) -> list[Block]:
    """What each structure received and handed over, and what it says."""
    if not accounts:
        return []
    rows = [(one.name, number(one.received), number(one.handed), one.said or "") for one in accounts]
    header = (_("Structure"), _("Reçus"), _("Remis"), _("Ce qu'elle en dit"))
    return [Heading(_("Les structures")), Table(header, rows, (1.6, 0.6, 0.6, 2.6))]


TITLES_FR = {"territory": "Département", "category": "Type d'équipement"}


def _word(kind: str, cell: str) -> str:
    return told(Category(cell).plural_fr).capitalize() if kind == "category" else cell


def _count(people: int | None) -> str:
    return _("moins de dix") if people is None else _("au moins %(people)s") % {"people": number(people)}


def _of(count: str, target: int) -> str:
    return _("%(count)s sur %(target)s") % {"count": count, "target": number(target)} if target else count
