"""What invitations to campaigns refuse."""

from filiere.web import Conflict, Unprocessable


class NobodyToInvite(Unprocessable):
    title = "Aucune adresse à inviter dans cette liste."


class ListTooLong(Unprocessable):
    title = "La liste dépasse 200 ko : découpez-la."


class NobodyToRemind(Conflict):
    title = "Personne n'est à rappeler : toutes ont répondu, ou un courriel leur est parti il y a moins de trois jours."


class NotInvited(Conflict):
    title = "Cette invitation est déjà annulée."
