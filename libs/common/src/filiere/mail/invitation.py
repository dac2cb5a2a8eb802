"""The letter that lets somebody in: the library's own, of every service that has members."""

from filiere.mail.kinds import MailKind
from filiere.roles import Role

INVITATION = MailKind(
    "invitation", Role.COORDINATOR, "Une invitation", "invitation.txt", "Accepter l'invitation", can_be_off=False
)
PAGE = "/invitation/{token}"
