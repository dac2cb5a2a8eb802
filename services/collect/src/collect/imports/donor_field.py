"""For whom a person declares: a choice among the donors they may see, with a search when these are many."""

from typing import Any, NamedTuple
from uuid import UUID

from filiere.database import AsyncReadSession, Part
from filiere.web import Form, Principal
from filiere.web import gettext as _

from collect.donors.repository import DonorRepository
from collect.donors.schemas import DonorOut
from collect.tenancy import donors_of

SHOWN = 100


class DonorChoice(NamedTuple):
    """Donors to choose from, by id; `total` of them hold `q`."""

    options: dict[str, str]
    q: str
    total: int

    @property
    def is_needed(self) -> bool:
        return bool(self.q) or self.total != 1

    @property
    def is_search(self) -> bool:
        """Whether there are more than a person can choose from, or were before they searched."""
        return bool(self.q) or self.total > len(self.options)


async def donors_to_choose(session: AsyncReadSession, principal: Principal, q: str, chosen: str = "") -> DonorChoice:
    """The first donors by name whose name or SIREN holds `q`; the chosen one stays among them."""
    donors = DonorRepository.from_session(session)
    found = await donors.listing(donors_of(principal), q, Part(SHOWN))
    options = {str(donor.id): donor.name for donor in found.rows}
    if chosen and chosen not in options and (donor := await _of_id(donors, principal, chosen)) is not None:
        options = {str(donor.id): donor.name, **options}
    return DonorChoice(options, q, found.total)


async def donor_chosen(session: AsyncReadSession, principal: Principal, form: Form[Any]) -> UUID | None:
    """The donor for whom the caller declares; the only one when there is but one. None: the form says so."""
    donors = DonorRepository.from_session(session)
    given = str(form.values.get("donor_id", ""))
    if given:
        donor = await _of_id(donors, principal, given)
    else:
        mine = await donors.listing(donors_of(principal), "", Part(1))
        donor = mine.rows[0] if mine.total == 1 else None
    if donor is None:
        form.errors["donor_id"] = _("Choisissez l'entreprise qui donne.")
        return None
    return donor.id


async def _of_id(donors: DonorRepository, principal: Principal, text: str) -> DonorOut | None:
    try:
        donor_id = UUID(text)
    except ValueError:
        return None
    return await donors.get(donors_of(principal), donor_id)
