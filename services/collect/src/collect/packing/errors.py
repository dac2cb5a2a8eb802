"""What a change of packing instructions may be refused for."""

from filiere.web import Conflict, FieldError, Unprocessable


class PackingChanged(Conflict):
    title = "Ces consignes ont changé entre-temps : relisez la version d'aujourd'hui, puis enregistrez de nouveau."


class NotTheSameNumber(Unprocessable):
    title = "Écrivez autant de phrases en anglais qu'en français : ce sont les mêmes."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("english", self.title)])
