"""What the proposals slice refuses."""

from filiere.web import Conflict, NotFound

from distribute.proposals.models import ProposalStatus


class ProposalNotFound(NotFound):
    title = "Cette proposition d'attribution n'existe pas."


class ProposalNotReady(Conflict):
    title = "Cette proposition n'est pas à approuver."

    def __init__(self, status: ProposalStatus) -> None:
        super().__init__(f"Cette proposition n'est pas à approuver : {status.label_fr.lower()}.")
