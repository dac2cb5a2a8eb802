"""What in a report does not go with what somebody is about to say of a medium. Each is asked, and nothing is ticked.

What cannot both be true is refused instead (`refusal`): a failure, another disk, less than what was claimed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from filiere.calendar import PARIS
from filiere.catalogue.grades import StorageKind

from refurbish.devices.device import Medium
from refurbish.devices.erasure_levels import ErasureResult, Level
from refurbish.erasure.reports.report import Report, ReportedMedium

# What no disk of the kind writes, in bytes a second: the quickest hard disk reaches 0.3, SATA 0.6, PCIe 5 14 GB/s.
_QUICKEST = {StorageKind.HDD: 350e6, StorageKind.SSD: 620e6, StorageKind.EMMC: 620e6}
_QUICKEST_OF_ALL = 16e9
_SMALLEST = 1e9  # the seconds of a smaller medium say nothing of its speed
_SIZE_APART = 0.1  # a disk of 256 GB is called 238 by those who count in 1024
_CLOCK_APART = timedelta(hours=26)  # a key without a clock of its own, on any time zone
_STRONG = {Level.CLEAR: 0, Level.PURGE: 1, Level.DESTROY: 2}


@dataclass(frozen=True, slots=True)
class Question:
    """`code`: by which it is answered; `field`: beside which it stands."""

    code: str
    field: str
    sentence: str


def refusal(report: Report, serial: str, level: Level) -> str | None:
    """Why this report cannot go with a success on this medium; None when it can."""
    said = report.of(serial)
    if said is None and report.serials:
        return f"Ce rapport est d'un autre disque : {report.serials[0][:40]}."
    if said is None:
        return None
    if said.result is ErasureResult.FAILURE:
        return f"Ce rapport dit un échec : « {said.quote or 'échec'} »."
    if said.level is not None and _STRONG[said.level] < _STRONG[level]:
        return f"Ce rapport dit un autre niveau : {said.level.label_fr.lower()}."
    return None


def questions(
    report: Report, medium: Medium, *, arrived_at: datetime | None, now: datetime, tool: str | None = None
) -> list[Question]:
    """What somebody has to look at before this report counts as the success of this medium."""
    said = report.of(medium.serial)
    if said is None:
        if report.media:
            return [Question("unnamed", "evidence", "Ce rapport ne dit pas lequel de ses disques est celui-ci.")]
        return []
    found = [Question(f"doubt-{n}", "evidence", sentence) for n, sentence in enumerate(said.doubts, 1)]
    if said.result is None:
        found.append(Question("unsaid", "result", "Le rapport ne dit pas comment l'effacement a fini."))
    if tool and report.tool and not _is_same_tool(tool, report.tool):
        found.append(Question("tool", "tool", f"Le rapport est de {report.tool}, tu as écrit {tool[:40]}."))
    found += _of_the_medium(said, medium)
    found += _of_the_moment(said, arrived_at, now)
    return found


def _is_same_tool(typed: str, said: str) -> bool:
    """« ShredOS » runs nwipe; a version may stand behind a name."""
    one, other = typed.casefold(), said.casefold()
    return (
        one in other
        or other in one
        or (other == "nwipe" and "shredos" in one)
        or (other == "nvme-cli" and "nvme" in one)
    )


def _of_the_medium(said: ReportedMedium, medium: Medium) -> list[Question]:
    found = []
    if said.kind is not None and medium.kind is StorageKind.HDD and said.kind.is_flash:
        found.append(Question("kind", "level", f"Le rapport voit un disque {said.kind.label_fr}, pas un disque dur."))
    if (
        said.size_bytes
        and medium.size_gb
        and abs(said.size_bytes / 1e9 - medium.size_gb) > _SIZE_APART * medium.size_gb
    ):
        reported, declared = f"{said.size_bytes / 1e9:.0f}", f"{medium.size_gb:.0f}"
        there = f"La capacité n'est pas la même : {reported} Go dans le rapport, {declared} Go déclarés."
        found.append(Question("size", "evidence", there))
    size = said.size_bytes or (medium.size_gb or 0) * 1e9
    kind = said.kind or medium.kind
    if said.level is Level.CLEAR and said.seconds is not None and size >= _SMALLEST:
        speed = size * said.passes / max(said.seconds, 1)
        if speed > _QUICKEST.get(kind, _QUICKEST_OF_ALL):
            took = f"{size / 1e9:.0f} Go en {said.seconds} secondes : aucun disque de ce type n'écrit si vite."
            found.append(Question("speed", "evidence", took))
    return found


def _of_the_moment(said: ReportedMedium, arrived_at: datetime | None, now: datetime) -> list[Question]:
    ended = ended_at(said)
    if ended is None:
        return []
    if ended > now + _CLOCK_APART:
        return [Question("date", "evidence", f"Le rapport est daté du {ended:%d/%m/%Y} : ce jour n'est pas venu.")]
    if arrived_at is not None and ended < arrived_at - _CLOCK_APART:
        day = f"{ended:%d/%m/%Y}"
        return [Question("date", "evidence", f"Le rapport est du {day}, avant l'arrivée de l'équipement.")]
    return []


def ended_at(said: ReportedMedium) -> datetime | None:
    """When it ended, by the clock of the machine that wiped: the workshop's time."""
    at = said.ended_at or (
        said.began_at + timedelta(seconds=said.seconds)
        if said.began_at and said.seconds and said.seconds < 10**7
        else said.began_at
    )
    return at.replace(tzinfo=PARIS) if at is not None else None
