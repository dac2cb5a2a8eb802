"""One certificate per medium: the fields of NIST SP 800-88 Rev. 1, § 4.8. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_datetime
from filiere.calendar import PARIS
from filiere.catalogue.grades import StorageKind
from filiere.web.i18n import locale

from refurbish.devices.device import Medium
from refurbish.erasure.repository import Erasure

_MEDIA_TYPE = {
    StorageKind.HDD: "magnétique",
    StorageKind.SSD: "flash",
    StorageKind.NVME: "flash",
    StorageKind.EMMC: "flash",
    StorageKind.UNKNOWN: "inconnu, traité comme flash",
}


@dataclass(frozen=True, slots=True)
class Certificate:
    """A medium and the erasure that counts for it; None while it is not wiped. `failures`: attempts that failed."""

    medium: Medium
    erasure: Erasure | None
    media_type: str
    failures: int


def certificates(media: Sequence[Medium], erasures: Sequence[Erasure]) -> list[Certificate]:
    """Certificates in the order in which the media were declared."""
    by_id = {erasure.id: erasure for erasure in erasures}
    return [
        Certificate(
            medium,
            by_id.get(medium.wiped_by) if medium.wiped_by else None,
            _MEDIA_TYPE.get(medium.kind, "inconnu"),
            sum(one.medium_id == medium.id and one.result == "failure" for one in erasures),
        )
        for medium in media
    ]


def day_and_hour(at: datetime) -> str:
    """« 3 novembre 2026, 14:05 »: a printed date says its year, never « hier »."""
    return format_datetime(at, "d MMMM y, HH:mm", tzinfo=PARIS, locale=locale())
