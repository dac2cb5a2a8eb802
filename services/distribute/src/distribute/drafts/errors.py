"""What the drafts slice refuses."""

from filiere.web import Conflict, NotFound


class DraftNotFound(NotFound):
    title = "Ce brouillon n'existe pas, ou n'est pas le vôtre."


class TooManyDrafts(Conflict):
    title = "Vous gardez déjà cent brouillons et modèles : supprimez-en d'abord."
