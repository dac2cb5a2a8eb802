"""What an audit found, for people and for programs."""

from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """Events of one service's outbox (all, still waiting) and its open dead letters."""

    events: int
    waiting: int
    dead_letters: int


_IN_WORDS = {
    "at_donor": "à enlever",
    "cancelled": "annulés",
    "missing": "manquants",
    "in_transit": "en route vers un atelier",
    "at_workshop": "à l'atelier",
    "withdrawn": "retirés",
    "in_stock": "prêts à commander",
    "reserved": "réservés",
    "shipped": "en livraison",
    "delivered": "chez un Relais",
    "lent": "prêtés",
    "handed_over": "remis",
    "returning": "en retour à l'atelier",
    "lost": "perdus en route",
}


@dataclass(frozen=True, slots=True)
class Report:
    """`places`: devices by where they are; `broken`: one sentence per broken promise, the first thing first."""

    services: dict[str, ServiceFacts]
    places: dict[str, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Self:
        """The report that `as_json` told, its services taken together."""
        waiting = kept["events_waiting"]
        whole = ServiceFacts(kept["events_published"] + waiting, waiting, kept["dead_letters"])
        return cls({"all": whole}, kept["devices"], kept["broken"])

    @property
    def events(self) -> int:
        return sum(facts.events for facts in self.services.values())

    @property
    def waiting(self) -> int:
        return sum(facts.waiting for facts in self.services.values())

    @property
    def dead_letters(self) -> int:
        return sum(facts.dead_letters for facts in self.services.values())

    @property
    def ok(self) -> bool:
        return not self.broken and self.waiting == 0 and self.dead_letters == 0

    def as_json(self) -> dict[str, Any]:
        return {
            "ok": self.ok,
            "audit": "ok" if not self.broken else "broken",
            "events_published": self.events - self.waiting,
            "events_waiting": self.waiting,
            "dead_letters": self.dead_letters,
            "devices": self.places,
            "broken": self.broken[:20],
        }

    def in_words(self) -> str:
        """A few French lines."""
        mark = "●" if self.ok else "✕"
        verdict = "l'audit est bon" if self.ok else "l'audit ne tient pas"
        events, waiting, dead = self.events, self.waiting, self.dead_letters
        lines = [f"  {mark} {verdict} : {events} événements, {waiting} en attente, {dead} lettres mortes"]
        if self.places:
            parts = [f"{count} {_IN_WORDS[place]}" for place, count in self.places.items() if count]
            lines.append(f"    {sum(self.places.values())} équipements (acceptés ou en trop) = {' + '.join(parts)}")
        return "\n".join([*lines, *(f"    ✕ {sentence}" for sentence in self.broken[:20])])
