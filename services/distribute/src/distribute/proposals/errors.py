"""What the proposals slice refuses."""

from filiere.web import NotFound


class ProposalNotFound(NotFound):
    title = "Cette proposition d'attribution n'existe pas."
