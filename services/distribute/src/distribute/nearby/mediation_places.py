"""Places as the national schema of *lieux de médiation numérique* writes them: one CSV that its directory reads. Pure.

Columns, closed words and the `|` between words are those of ANCT's own library of that schema (npm,
`@gouvfr-anct/lieux-de-mediation-numerique` 2.3.0). For machines: commas, no byte order mark. Text that a spreadsheet
would take for a formula loses the signs it begins with; an apostrophe before them would be wrong to a machine.
"""

import asyncio
import csv
import io
import re
from collections.abc import AsyncIterable, AsyncIterator

from distribute.nearby.directory import SOURCE, Entry, structure_of
from distribute.nearby.listing import Welcome

COLUMNS = (
    *("id", "nom", "services", "pivot", "typologie", "structure_parente"),
    *("commune", "code_postal", "adresse", "code_insee", "complement_adresse", "latitude", "longitude"),
    *("telephone", "courriels", "site_web", "presentation_resume", "presentation_detail"),
    *("publics_specifiquement_adresses", "prise_en_charge_specifique", "frais_a_charge", "modalites_acces"),
    *("modalites_accompagnement", "fiche_acces_libre", "itinerance"),
    *("dispositif_programmes_nationaux", "formations_labels", "autres_formations_labels"),
    *("horaires", "prise_rdv", "date_maj", "source"),
)
NO_PIVOT = "0" * 14
"""What the schema's users write for a place without SIRET; the column may not be empty."""
ROWS_PER_PIECE = 50
# The publics that both vocabularies know; of the others this schema has no word.
_PUBLICS = {
    "jeunes": "Jeunes",
    "etudiants": "Étudiants",
    "familles": "Familles et/ou enfants",
    "seniors": "Seniors",
    "femmes": "Femmes",
}
_MAIL = re.compile(r"(?<![^\s<(,;:])[\w.+-]+@[\w-]+(?:\.[\w-]+)+(?![^\s>),;:.])", re.ASCII)
_FORMULA = "=+-@\t\r "


def place_of(entry: Entry) -> dict[str, str]:
    """What is known of it; columns that nobody has told are left out."""
    said = structure_of(entry)
    contact = _MAIL.search(entry.public_contact or "")
    everybody = entry.welcome is Welcome.EVERYBODY
    ways = ["Se présenter"] * everybody + ["Téléphoner"] * bool(said.telephone) + ["Contacter par mail"] * bool(contact)
    texts = {
        "nom": said.nom,
        "commune": said.commune,
        "adresse": said.adresse,
        "complement_adresse": said.complement_adresse or "",
        "courriels": contact[0] if contact else "",
    }
    return {
        "id": said.id,
        "pivot": said.siret or NO_PIVOT,
        "services": "Acquisition de matériel informatique à prix solidaire",
        **{column: text.lstrip(_FORMULA) for column, text in texts.items()},
        "code_postal": said.code_postal,
        "code_insee": said.code_insee or "",
        "latitude": "" if said.latitude is None else str(said.latitude),
        "longitude": "" if said.longitude is None else str(said.longitude),
        "telephone": said.telephone or "",
        "presentation_resume": f"Smartphones, ordinateurs et tablettes reconditionnés. {entry.welcome.label_fr}.",
        "publics_specifiquement_adresses": "|".join(_PUBLICS[one] for one in entry.publics if one in _PUBLICS),
        "frais_a_charge": "Payant" if entry.may_sell else "Gratuit",
        "modalites_acces": "|".join(ways),
        "horaires": said.horaires_accueil or "",
        "date_maj": said.date_maj.isoformat(),
        "source": SOURCE,
    }


async def pieces(entries: AsyncIterable[Entry]) -> AsyncIterator[str]:
    """The file, some rows at a time."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="")
    writer.writeheader()
    count = 0
    async for entry in entries:
        writer.writerow(place_of(entry))
        count += 1
        if count % ROWS_PER_PIECE == 0:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
            await asyncio.sleep(0)  # what stands beside it is answered in between
    yield text.getvalue()
