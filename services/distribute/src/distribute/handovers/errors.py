"""What the till refuses."""

from filiere.web import Conflict, FieldError, Forbidden, NotFound, Unprocessable

from distribute.statuses import StockStatus


class HandoverNotFound(NotFound):
    title = "Cette remise n'existe pas, ou n'est pas la vôtre."


class NotInYourStock(NotFound):
    title = "Cet équipement n'est pas dans votre stock."


class SharedNumber(Conflict):
    title = "Ce numéro est celui de plusieurs équipements : scannez l'étiquette."


class NotDeliveredYet(Conflict):
    title = "Cet équipement ne peut pas être remis."

    def __init__(self, label: str, status: StockStatus) -> None:
        why = {
            StockStatus.RESERVED: "il est réservé pour vous, mais n'est pas encore parti de l'atelier",
            StockStatus.SHIPPED: "il est en route : scannez-le d'abord à la réception",
            StockStatus.HANDED_OVER: "il a déjà été remis",
        }.get(status, f"il est « {status.label_fr.lower()} »")
        super().__init__(f"{label} : {why}.")


class KeptForACase(Conflict):
    title = "Cet équipement est gardé pour un dossier du service après-vente."

    def __init__(self, label: str) -> None:
        super().__init__(
            f"{label} est gardé pour une personne dont l'équipement est en panne : remettez-le depuis son dossier."
        )


class MustBeWiped(Conflict):
    title = "Quelqu'un s'est servi de cet équipement : il repart d'abord à son atelier, qui l'efface."


class IsRecalled(Conflict):
    title = "La coordination ou son atelier rappelle cet équipement : ne le remettez à personne."


class MayNotSell(Conflict):
    title = "Votre structure ne peut pas vendre."

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Les statuts de {name} ne lui permettent pas de vendre : remettez l'équipement gratuitement, "
            "ou voyez avec la coordination."
        )


class TierDoesNotFit(Unprocessable):
    title = "Une vente a un palier payant, un don n'en a pas."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("tier", self.title)])


class DifferentRelais(Unprocessable):
    title = "Ces équipements ne sont pas dans la même structure."


class TwiceInTheCart(Unprocessable):
    title = "Le même équipement est deux fois dans le panier."


class StructurePaysTooMuch(Unprocessable):
    title = "La part de la structure dépasse le prix."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("structure_cents", self.title)])


class CheckoutKeyReused(Conflict):
    title = "Cette clé a déjà servi pour un autre passage en caisse."


class HandoverUndone(Conflict):
    title = "Cette remise est déjà annulée."


class SoldByAnotherTill(Conflict):
    title = "Cette remise vient de l'ancien outil du réseau."

    def __init__(self) -> None:
        super().__init__("Sa caisse n'est pas la nôtre : rendez l'argent comme avant, et reprenez l'équipement en SAV.")


class UndoIsTheLeads(Forbidden):
    title = "Cette remise ne peut plus être annulée par vous."

    def __init__(self) -> None:
        super().__init__(
            "Le jour même, la personne qui a remis l'équipement peut annuler. Ensuite, c'est la personne de votre "
            "structure dont l'accès est le plus ancien."
        )


class NotThen(Unprocessable):
    title = "Une remise sans réseau s'envoie dans les sept jours."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("sold_at", self.title)])
