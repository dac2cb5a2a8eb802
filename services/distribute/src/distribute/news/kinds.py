"""The letters that distribute writes. Their links are addresses of its pages; a test compares them."""

from filiere.mail import MailKind
from filiere.roles import Role

ORDER = "/commandes/{order_id}"
RECALL = "/rappels/{recall_id}"
SHIPMENT = "/envois/{shipment_id}"
_HERE = "news/templates"
_SEE = "Voir la commande"

APPROVED = MailKind("order-approved", Role.RELAIS, "Votre commande est approuvée", f"{_HERE}/approved.txt", _SEE)
REFUSED = MailKind("order-refused", Role.RELAIS, "Votre commande est refusée", f"{_HERE}/refused.txt", _SEE)
DEPARTED = MailKind(
    "shipment-departed", Role.RELAIS, "Un colis est parti vers vous", f"{_HERE}/departed.txt", "Voir le colis"
)
NEAR = MailKind(
    "order-near", Role.RELAIS, "Ce que vous attendez arrive bientôt, selon notre estimation", f"{_HERE}/near.txt", _SEE
)
LOANS = "/prets"
NOT_BACK = MailKind(
    "loan-not-back", Role.RELAIS, "Un prêt n'est pas revenu à la date prévue", f"{_HERE}/not_back.txt", "Voir les prêts"
)

RECALLED = MailKind("recalled", Role.RELAIS, "Des équipements sont rappelés", f"{_HERE}/recalled.txt", "Voir le rappel")
RECALLED_AT_WORKSHOP = MailKind(
    "recalled-at-workshop",
    Role.WORKSHOP,
    "Des équipements de ton atelier sont rappelés",
    f"{_HERE}/recalled_at_workshop.txt",
    "Voir le rappel",
)
CASE = "/sav/{case_id}"
UNREPAIRABLE = MailKind(
    "case-unrepairable",
    Role.RELAIS,
    "Un équipement ne se répare pas",
    f"{_HERE}/unrepairable.txt",
    "Voir le dossier",
)
STATEMENT = "/relais/{relais_id}/releve"
OVERDUE = MailKind(
    "invoices-overdue", Role.RELAIS, "Une facture reste à payer", f"{_HERE}/overdue.txt", "Voir le relevé"
)

APPLICATION_LINK = "application"
"""The purpose of the links by which an applicant, who has no account, follows an application."""
CHECK_LINK = "application-check"
"""The purpose of the links that stand in a letter alone: whoever opens one reads mail at its address."""
APPLICATION = "/candidature/{application_id}"
APPLICATION_CONFIRM = "/candidature/confirmer/{check_id}"
APPLICATION_CHECK = MailKind(
    *("application-check", Role.RELAIS, "Une adresse à confirmer", f"{_HERE}/application_check.txt"),
    button="Confirmer mon adresse",
    can_be_off=False,
    opens=CHECK_LINK,
)
APPLICATION_ACCEPTED = MailKind(
    *("application-accepted", Role.RELAIS, "Votre candidature est acceptée", f"{_HERE}/application_accepted.txt"),
    button="Voir ma candidature",
    can_be_off=False,
    opens=APPLICATION_LINK,
)
APPLICATION_KNOWN = MailKind(
    *("application-known", Role.RELAIS, "Votre structure est déjà connue", f"{_HERE}/application_known.txt"),
    button="Voir ma candidature",
    can_be_off=False,
    opens=APPLICATION_LINK,
)
APPLICATION_REFUSED = MailKind(
    *("application-refused", Role.RELAIS, "Votre candidature est refusée", f"{_HERE}/application_refused.txt"),
    button="Voir ma candidature",
    can_be_off=False,
    opens=APPLICATION_LINK,
)

SIGNING_LINK = "agreement-signing"
"""The purpose of the links by which a director, who has no account, reads and signs an agreement."""
SIGNING = "/convention/{request_id}"
AGREEMENT_TO_SIGN = MailKind(
    *("agreement-to-sign", Role.RELAIS, "Une convention est à signer", f"{_HERE}/agreement_to_sign.txt"),
    button="Lire et signer",
    can_be_off=False,
    opens=SIGNING_LINK,
)
AGREEMENT_REMINDER = MailKind(
    *("agreement-reminder", Role.RELAIS, "Une convention attend une signature", f"{_HERE}/agreement_reminder.txt"),
    button="Lire et signer",
    can_be_off=False,
    opens=SIGNING_LINK,
)
AGREEMENT_SIGNED = MailKind(
    *("agreement-signed", Role.RELAIS, "Une convention est signée", f"{_HERE}/agreement_signed.txt"),
    button="Voir la convention signée",
    can_be_off=False,
    opens=SIGNING_LINK,
)

CAMPAIGN_LINK = "campaign"
"""The purpose of the links by which structures come to a campaign."""
CAMPAIGN = "/campagne/{campaign_id}"
CAMPAIGN_INVITATION = MailKind(
    *("campaign-invitation", Role.RELAIS, "Votre structure est invitée à une campagne"),
    f"{_HERE}/campaign_invitation.txt",
    button="Voir la campagne",
    can_be_off=False,
    opens=CAMPAIGN_LINK,
)
CAMPAIGN_REMINDER = MailKind(
    *("campaign-reminder", Role.RELAIS, "Une campagne attend votre réponse", f"{_HERE}/campaign_reminder.txt"),
    button="Voir la campagne",
    can_be_off=False,
    opens=CAMPAIGN_LINK,
)
CAMPAIGN_ACCOUNT = "/campagnes/{campaign_id}/bilans/{relais_id}"
ACCOUNT_ASKED = MailKind(
    *("campaign-account-asked", Role.RELAIS, "Une campagne est finie : votre bilan", f"{_HERE}/account_asked.txt"),
    button="Écrire notre bilan",
)
ACCOUNT_REMINDER = MailKind(
    *("campaign-account-reminder", Role.RELAIS, "Le bilan d'une campagne manque", f"{_HERE}/account_reminder.txt"),
    button="Écrire notre bilan",
)

REFERRER_LINK = "referrer"
"""The purpose of the links by which a worker without an account makes referral slips."""
REFERRER = "/bon-d-acces/{referrer_id}"
REFERRER_LETTER = MailKind(
    *("referrer-link", Role.RELAIS, "Votre lien pour faire des bons d'accès", f"{_HERE}/referrer_link.txt"),
    button="Faire un bon d'accès",
    can_be_off=False,
    opens=REFERRER_LINK,
)

MAILS = [APPROVED, REFUSED, NEAR, DEPARTED, NOT_BACK, RECALLED, RECALLED_AT_WORKSHOP, UNREPAIRABLE, OVERDUE]
OF_CAMPAIGNS = [CAMPAIGN_INVITATION, CAMPAIGN_REMINDER, ACCOUNT_ASKED, ACCOUNT_REMINDER]
TO_DIRECTORS = [AGREEMENT_TO_SIGN, AGREEMENT_REMINDER, AGREEMENT_SIGNED]
TO_APPLICANTS = [APPLICATION_CHECK, APPLICATION_ACCEPTED, APPLICATION_REFUSED, APPLICATION_KNOWN]
TO_REFERRERS = [REFERRER_LETTER]
