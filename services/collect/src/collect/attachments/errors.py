"""What attachments can be refused for."""

from filiere.web import Conflict, NotFound, Unavailable, Unprocessable


class NoFile(Unprocessable):
    title = "Choisissez un fichier."


class KindNotTaken(Unprocessable):
    title = "Ajoutez une photo (JPEG, PNG, WebP, HEIC) ou un PDF."


class PhotoNotRead(Unprocessable):
    title = "Cette photo est abîmée, ou n'est pas une simple photo : reprenez-la, ou enregistrez-la en JPEG."


class PdfNotRead(Unprocessable):
    title = "Ce PDF ne s'ouvre pas, ou n'a aucune page : enregistrez-le de nouveau en PDF, puis ajoutez ce fichier-là."


class PdfHasPassword(Unprocessable):
    title = "Ce PDF est protégé par un mot de passe : enregistrez-le sans mot de passe."


class AttachmentTooLarge(Unprocessable):
    title = "Ce fichier est trop gros : 10 Mo au plus."


class TooManyAttachments(Conflict):
    title = "Ce don a déjà vingt pièces jointes : retirez-en une d'abord."


class AttachmentNotFound(NotFound):
    title = "Cette pièce jointe n'existe pas, ou plus."


class AttachmentAway(Unavailable):
    title = "Ce fichier ne peut pas être lu en ce moment. Réessayez ; si cela dure, prévenez l'exploitation."
