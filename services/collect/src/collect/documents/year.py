"""One year of a donor: the donations accepted in it, what became of their devices, which documents prove it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from filiere.calendar import bounds, today
from filiere.catalogue import Category
from filiere.database import EVERYBODY, AsyncReadSession

from collect.devices.schemas import ImpactOut
from collect.documents.schemas import DocumentOut
from collect.documents.year_repository import YearRepository
from collect.donors.repository import DonorRepository
from collect.donors.schemas import DonorOut


class DonationOfYear(NamedTuple):
    """Counts of devices; `surplus`: received though no line of the donation listed them."""

    reference: str
    accepted_on: date
    accepted: int
    wiped: int
    without_medium: int
    handed_over: int
    withdrawn: int
    missing: int
    surplus: int


class CategoryOfYear(NamedTuple):
    category: Category
    accepted: int
    handed_over: int
    withdrawn: int
    surplus: int

    @property
    def followed(self) -> int:
        return self.accepted + self.surplus


@dataclass(frozen=True, slots=True)
class YearFacts:
    donor: DonorOut
    year: int
    donations: Sequence[DonationOfYear]
    categories: Sequence[CategoryOfYear]
    seen_otherwise: Mapping[tuple[str, str], int]
    """(declared as, seen as) → how many devices turned out to be something else."""
    impact: ImpactOut | None
    documents: Sequence[DocumentOut]


async def year_of(session: AsyncReadSession, donor_id: UUID, year: int) -> YearFacts:
    """For a document that somebody asked for who may see the donor."""
    first, last = bounds(date(year, 1, 1), date(year, 12, 31))
    years = YearRepository.from_session(session)
    donor = await DonorRepository.from_session(session).get(EVERYBODY, donor_id)
    assert donor is not None  # nothing deletes a donor
    donations = [DonationOfYear(*row) for row in await years.donations(EVERYBODY, donor_id, first, last)]
    found = await years.categories(EVERYBODY, donor_id, first, last)
    categories = [CategoryOfYear(Category(category), *counts) for category, *counts in found]
    reused = await years.reused(EVERYBODY, donor_id, first, last)
    work = await years.work(EVERYBODY, donor_id, first, last)
    new_parts = await years.new_parts(EVERYBODY, donor_id, first, last)
    return YearFacts(
        donor=donor,
        year=year,
        donations=donations,
        categories=categories,
        seen_otherwise=await years.seen_otherwise(EVERYBODY, donor_id, first, last),
        impact=ImpactOut.of(reused, today(), work, new_parts) if reused else None,
        documents=await years.documents(EVERYBODY, donor_id, first, last),
    )
