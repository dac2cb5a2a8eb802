"""What a grading gives back."""

from dataclasses import dataclass
from functools import lru_cache

from filiere.catalogue.grades import Grade


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of the explanation: a French sentence and the points it brought (negative when it took some away)."""

    sentence: str
    points: float


@dataclass(frozen=True, slots=True)
class Grading:
    """A grade and why.

    `grade` is None when the device may not be sold nor given (the rule set's INVENDABLE or DEEE). `published` is the
    rule set's own word, which may be one that our five grades do not have (HC, MARAUDE). `total` is the sum of the
    points of the reasons. `notes` are sentences without points that a technician must read.
    """

    grade: Grade | None
    published: str
    total: float
    reasons: tuple[Reason, ...]
    ruleset: str
    notes: tuple[str, ...] = ()

    @property
    def sentences(self) -> list[str]:
        """The explanation for people and for events: reasons, then notes."""
        return [reason.sentence for reason in self.reasons] + list(self.notes)


@lru_cache(maxsize=512)
def points_fr(points: float) -> str:
    """Write points with their sign: "+2 points", "−1 point", "0 point"."""
    number = f"{abs(points):g}".replace(".", ",")
    sign = "+" if points > 0 else "−" if points < 0 else ""
    return f"{sign}{number} point{'s' if abs(points) >= 2 else ''}"
