"""The letters that let somebody in, and tell them that they are out: of every service with members."""

from filiere.mail.kinds import MailKind
from filiere.roles import Role

INVITATION = MailKind(
    "invitation", Role.COORDINATOR, "Une invitation", "invitation.txt", "Accepter l'invitation", can_be_off=False
)
PAGE = "/invitation/{token}"
REMOVED = MailKind("member-removed", Role.COORDINATOR, "Votre accès est retiré", "removed.txt", can_be_off=False)
HOME = "/"
MEMBERSHIP = (INVITATION, REMOVED)
