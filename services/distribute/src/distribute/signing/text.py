"""The words of an agreement, as dated data, and its paper."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from uuid import UUID

from filiere.catalogue.datafiles import DataModel, Versioned, in_force, load_all
from filiere.documents.paper import Block, Content, Facts, Heading, Stamp, Text, paper_pdf
from filiere.web.addresses import whole_path
from pydantic import Field

from distribute.publics import public_label
from distribute.relais.mode import Mode
from distribute.relais.schemas import RelaisOut

FILES = Path(__file__).parent / "data"
_NONE = "–"


class Article(DataModel):
    title: str = Field(min_length=1, max_length=120)
    text: str = Field(min_length=1, max_length=2000)


class AgreementText(Versioned):
    """One version of what agreements say."""

    title: str
    lead: str
    labels: Mapping[str, str]
    modes: Mapping[Mode, str] = Field(min_length=len(Mode))
    articles: list[Article] = Field(min_length=1)
    method: list[str]


@cache
def texts() -> dict[str, AgreementText]:
    """Every version. Raises BrokenDataFile."""
    return load_all(AgreementText, "agreement_*.yaml", FILES)


def text_on(day: date) -> AgreementText:
    """The version in force. Raises NothingInForce."""
    return in_force(texts().values(), day, "agreement")


def content(text: AgreementText, relais: RelaisOut, mode: Mode, network: Mapping[str, str]) -> Content:
    """What the paper of one Relais says."""
    said = text.labels
    facts = [
        (said["network"], " · ".join(one for one in (network["name"], network["address"]) if one)),
        (f"{said['network']} – {said['siret']}", network["siret"] or _NONE),
        (said["relais"], relais.name),
        (said["siret"], relais.siret or _NONE),
        (said["address"], f"{relais.address}, {relais.postcode} {relais.city}"),
        (said["legal_form"], relais.legal_form.label_fr),
        (said["publics"], ", ".join(map(public_label, relais.publics))),
        (said["people"], str(relais.people_supported)),
        (said["mode"], text.modes[mode]),
    ]
    blocks: list[Block] = [Facts(facts)]
    for article in text.articles:
        blocks += [Heading(article.title), Text(article.text)]
    lead = text.lead.format(network=network["name"], relais=relais.name)
    return Content(title=text.title, lead=lead, blocks=blocks, method=text.method)


async def agreement_pdf(
    request_id: UUID, relais: RelaisOut, mode: Mode, network: Mapping[str, str], on: date, address: str
) -> bytes:
    """The paper. Raises ProcessFailed, NothingInForce."""
    number = f"CONV-{on:%Y%m%d}-{request_id.hex[-6:].upper()}"
    stamp = Stamp(number, on, f"{on:%d/%m/%Y}", number, whole_path(address, "own_relais"), opens="Votre structure :")
    return await paper_pdf(content(text_on(on), relais, mode, network), stamp)
