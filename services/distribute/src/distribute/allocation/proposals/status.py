"""How far a proposal is."""

from enum import StrEnum


class ProposalStatus(StrEnum):
    """How far a proposal is. Waiting, computing and proposed may be cancelled; proposed may be approved."""

    WAITING = "waiting"
    COMPUTING = "computing"
    PROPOSED = "proposed"
    APPROVED = "approved"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def label_fr(self) -> str:
        return _STATUS_FR[self]

    @property
    def is_at_work(self) -> bool:
        """Asked for, and not ended."""
        return self in (ProposalStatus.WAITING, ProposalStatus.COMPUTING)


_STATUS_FR = {
    ProposalStatus.WAITING: "En attente",
    ProposalStatus.COMPUTING: "Calcul en cours",
    ProposalStatus.PROPOSED: "À approuver",
    ProposalStatus.APPROVED: "Approuvée",
    ProposalStatus.CANCELLED: "Abandonnée",
    ProposalStatus.FAILED: "Échouée",
}
