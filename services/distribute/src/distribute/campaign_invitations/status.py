"""Closed lists of words about invitations to campaigns."""

from enum import StrEnum


class Answer(StrEnum):
    """What came of an invitation; read from who takes part and who applied, never kept."""

    WAITING = "waiting"
    APPLIED = "applied"
    JOINED = "joined"
    WITHDRAWN = "withdrawn"

    @property
    def label_fr(self) -> str:
        return _ANSWER_FR[self]


_ANSWER_FR = {
    Answer.WAITING: "Sans réponse",
    Answer.APPLIED: "A candidaté",
    Answer.JOINED: "Participe",
    Answer.WITHDRAWN: "Annulée",
}
