"""What may be done with many devices at once: a closed list.

Nothing here touches what the wipe gate rests on: media are declared, wiped and verified one by one, each proved.
"""

from collections.abc import Sequence
from enum import StrEnum

from refurbish.devices.recall_reasons import RecallReason
from refurbish.devices.stages import Stage
from refurbish.devices.withdrawal_reasons import WithdrawalReason


class BulkAct(StrEnum):
    TESTS = "tests"
    READY = "ready"
    RECALL = "recall"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    LABELS = "labels"

    @property
    def label_fr(self) -> str:
        """The button that chooses it."""
        return _FRENCH[self]

    @property
    def sentence_fr(self) -> str:
        """What it does, under its button."""
        return _SENTENCES[self]

    @property
    def reasons(self) -> Sequence[WithdrawalReason] | Sequence[RecallReason]:
        """What one chooses a reason from; empty where none is asked."""
        if self is BulkAct.WITHDRAW:
            return WithdrawalReason.chosen()
        return list(RecallReason) if self is BulkAct.RECALL else []

    @property
    def is_for_leads(self) -> bool:
        """Five hundred withdrawn at once are what a workshop has cost its donors: whoever leads it says so."""
        return self is BulkAct.WITHDRAW

    @property
    def stages(self) -> Sequence[Stage]:
        """Where the devices stand for which it is meant: what the page offers when no filter is asked for."""
        return _STAGES[self]


_FRENCH = {
    BulkAct.TESTS: "Tout est bon",
    BulkAct.READY: "Déclarer prêts",
    BulkAct.RECALL: "Reprendre à l'établi",
    BulkAct.WITHDRAW: "Retirer",
    BulkAct.REOPEN: "Remettre au travail",
    BulkAct.LABELS: "Imprimer les étiquettes",
}
_SENTENCES = {
    BulkAct.TESTS: "Chaque point de test sans réponse est réussi. Un échec déjà noté reste.",
    BulkAct.READY: "Ils sont effacés, testés, classés : un Relais pourra les commander.",
    BulkAct.RECALL: "Ils étaient prêts : leurs tests et leur catégorie sont à refaire.",
    BulkAct.WITHDRAW: "Ils iront aux pièces ou au recyclage. Le donateur lira la raison.",
    BulkAct.REOPEN: "Ils étaient retirés : ils reviennent à l'établi. Ce qui est effacé reste effacé.",
    BulkAct.LABELS: "Rien ne change pour eux.",
}
_STAGES: dict[BulkAct, Sequence[Stage]] = {
    BulkAct.TESTS: [Stage.ERASED, Stage.TO_REPAIR, Stage.ARRIVED],
    BulkAct.READY: [Stage.GRADED],
    BulkAct.RECALL: [Stage.READY],
    BulkAct.WITHDRAW: [stage for stage in Stage if stage.is_present],
    BulkAct.REOPEN: [Stage.WITHDRAWN],
    BulkAct.LABELS: [stage for stage in Stage if stage.is_present],
}
