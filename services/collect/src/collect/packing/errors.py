"""What a change of packing instructions may be refused for."""

from filiere.web import Conflict


class PackingChanged(Conflict):
    title = "Ces consignes ont changé entre-temps : relisez la version d'aujourd'hui, puis enregistrez de nouveau."
