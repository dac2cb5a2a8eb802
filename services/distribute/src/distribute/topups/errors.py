"""What Espace Recharge refuses."""

from filiere.web import Conflict, FieldError, Forbidden, NotFound, Unprocessable


class OfferNotFound(NotFound):
    title = "Cette offre n'existe pas."


class OfferKnown(Conflict):
    title = "Cette offre de cet opérateur existe déjà : donnez-lui un nouveau prix."


class OfferClosed(Conflict):
    title = "Cette offre est fermée : elle ne se demande plus et ne se remet plus."


class OfferNotClosed(Conflict):
    title = "Cette offre n'est pas fermée."


class PriceHasBegun(Conflict):
    title = "Ce prix a commencé, ou n'existe pas : donnez-en un autre, à partir d'un jour à venir."


class LotHasLeft(Conflict):
    title = "Des codes de ce lot sont partis ou ont été vus : il ne se retire plus."


class LotNotFound(NotFound):
    title = "Ce lot n'existe pas, ou il est déjà retiré."


class NoSuchCodes(Conflict):
    """Somebody moved one of them meanwhile, or it was never theirs."""

    title = "Un de ces codes n'est plus là : relisez la liste, puis choisissez de nouveau."


class ChooseCodes(Unprocessable):
    title = "Choisissez au moins un code."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("numbers", self.title)])


class AskTheOperator(Unprocessable):
    title = "Un de ces codes a été affiché : il ne revient en stock que si l'opérateur confirme que personne ne s'en est servi."  # noqa: E501

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("operator_confirms", self.title)])


class PriceTooSoon(Unprocessable):
    title = "Un nouveau prix commence demain au plus tôt : celui d'aujourd'hui ne change pas dans la journée."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("valid_from", self.title)])


class PriceDayTaken(Unprocessable):
    title = "Un prix commence déjà ce jour-là."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("valid_from", self.title)])


class NoKeyForCodes(Conflict):
    title = "La clé TOPUP_KEYS n'est pas réglée : aucun code n'entre ni ne sort. Prévenez l'exploitant."


class KeyIsMissing(Conflict):
    title = "Des codes ne s'ouvrent avec aucune clé réglée : l'exploitant remet d'abord la leur, sinon un code entrerait deux fois."  # noqa: E501


class CodeDoesNotOpen(Conflict):
    title = "Ce code ne s'ouvre pas avec les clés réglées : prévenez l'exploitant, il remet celle d'avant."


class NotAFileOfCodes(Unprocessable):
    title = "Ce fichier n'est pas une liste de codes lisible."

    def __init__(self, why: str) -> None:
        super().__init__(why, errors=[FieldError("file", why)])


class NotSoMany(Conflict):
    title = "Il n'y en a pas autant."

    def __init__(self, there: int) -> None:
        super().__init__(f"Il en reste {there} : demandez ce nombre au plus.")


class NoneLeft(Conflict):
    title = "Il ne reste aucun code de cette offre dans votre structure."


class NotASim(Unprocessable):
    title = "Un kit a une carte SIM : choisissez-en une."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("offer_id", self.title)])


class NoPrice(Conflict):
    title = "Cette offre n'a pas encore de prix : voyez avec la coordination."


class NotYourSale(NotFound):
    title = "Cette recharge n'existe pas, ou n'est pas la vôtre."


class SaleKeyReused(Conflict):
    title = "Cette clé a déjà servi pour une autre recharge."


class MayNotSellTopups(Conflict):
    title = "Votre structure ne peut pas vendre."

    def __init__(self) -> None:
        super().__init__("Ses statuts ne le permettent pas : donnez la recharge, ou voyez avec la coordination.")


class StructurePaysMore(Unprocessable):
    title = "La part de la structure dépasse le prix."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("structure_cents", self.title)])


class AboveCeiling(Conflict):
    title = "Le plafond du mois est atteint pour ce repère."

    def __init__(self, left: str, ceiling: str) -> None:
        super().__init__(f"Il reste {left} sur {ceiling} ce mois-ci. Choisissez une offre moins chère, ou attendez.")


class OnlyItsSeller(Forbidden):
    title = "Seule la personne qui remet la recharge voit son code."


class CodeAlreadyShown(Conflict):
    title = "Ce code a déjà été affiché. Pour le revoir, dites pourquoi ; c'est possible le jour même."


class TooLateToShow(Conflict):
    title = "Ce code a été affiché un autre jour : il ne s'affiche plus."


class TopupUndone(Conflict):
    title = "Cette remise est déjà annulée."


class TopupUndoIsTheLeads(Forbidden):
    title = "Cette remise ne peut plus être annulée par vous."

    def __init__(self) -> None:
        super().__init__(
            "Le jour même, la personne qui a remis la recharge peut annuler. Ensuite, c'est la personne de votre "
            "structure dont l'accès est le plus ancien."
        )


class SayItIsUnused(Conflict):
    title = "Ce code a été affiché : dites comment vous savez que personne ne s'en est servi."


class CodeWasUsed(Conflict):
    title = "L'activation est demandée ou faite : ce code a servi, et ne revient plus."

    def __init__(self) -> None:
        super().__init__("Cette remise ne s'annule plus. Si l'activation est notée par erreur, corrigez-la d'abord.")


class NothingToShare(Conflict):
    title = "Rien à partager : aucun code au réseau, ou aucun Relais n'en attend."
