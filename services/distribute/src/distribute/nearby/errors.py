"""What may be refused of a public listing."""

from filiere.web import Conflict


class ListingChanged(Conflict):
    title = "Quelqu'un a changé cette fiche depuis que vous l'avez ouverte : regardez ce qu'elle dit, puis enregistrez."
