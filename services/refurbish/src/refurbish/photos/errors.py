"""What photos can be refused for."""

from filiere.web import Conflict, NotFound, Unavailable, Unprocessable


class NoPhoto(Unprocessable):
    title = "Prends ou choisis une photo."


class NotAPhoto(Unprocessable):
    title = "Ajoute une photo JPEG, PNG ou WebP."


class PhotoDamaged(Unprocessable):
    title = "Cette photo est abîmée : reprends-la."


class PhotoTooLarge(Unprocessable):
    title = "Cette photo est trop grosse : 10 Mo au plus."


class TooManyPhotos(Conflict):
    title = "Cet équipement a déjà douze photos : retire-en une d'abord."


class PhotoNotFound(NotFound):
    title = "Cette photo n'existe pas, ou plus."


class PhotoAway(Unavailable):
    title = "Cette photo ne peut pas être lue en ce moment. Réessaie ; si cela dure, préviens ton encadrant."
