"""What is refused of a parcel."""

from filiere.web import NotFound


class ParcelNotFound(NotFound):
    title = "Ce colis n'existe pas, ou n'est pas celui de ton atelier."
