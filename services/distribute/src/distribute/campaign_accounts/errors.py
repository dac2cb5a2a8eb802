"""What accounts of campaigns refuse."""

from filiere.web import Conflict, NotFound


class NotOverYet(Conflict):
    title = "Cette campagne n'est pas finie : le bilan s'écrit après son dernier jour."


class NoSuchAccount(NotFound):
    title = "Cette structure n'a pas participé à cette campagne."


class NobodyToAsk(Conflict):
    title = "Personne n'est à rappeler : toutes ont répondu, ou un courriel leur est parti il y a moins d'une semaine."
