"""Who may call which route of collect."""

from filiere.web import Role

from ..bodies.collect import BODIES, REFUSED
from ..matrix import matrix

MATRIX = matrix(
    """
POST  /api/v1/moving-in                                coordinator shared keys=move-in
GET   /api/v1/moving-in                                coordinator short shared keys=move-in
POST  /api/v1/donors                                     coordinator
GET   /api/v1/donors                                     coordinator donor keys=read|declare
GET   /api/v1/donors/{donor_id}                          coordinator donor keys=read|declare
POST  /api/v1/donors/{donor_id}/sites                    coordinator donor keys=none
POST  /api/v1/donors/{donor_id}/members                  coordinator
POST  /api/v1/donations                                  coordinator donor keys=declare
GET   /api/v1/donations                                  coordinator donor keys=read|declare
GET   /api/v1/donations/{donation_id}                    coordinator donor keys=read|declare
GET   /api/v1/donations/{donation_id}/lines              coordinator donor keys=read|declare
PUT   /api/v1/donations/{donation_id}/lines/{line}/verdict  coordinator
DELETE /api/v1/donations/{donation_id}/lines/{line}/verdict  coordinator
PUT   /api/v1/donations/{donation_id}/lines              coordinator donor keys=declare
POST  /api/v1/donations/{donation_id}/submit             coordinator donor keys=declare
DELETE /api/v1/donations/{donation_id}                   coordinator donor keys=declare
POST  /api/v1/donations/{donation_id}/accept             coordinator
POST  /api/v1/donations/{donation_id}/decline            coordinator
GET   /api/v1/donations/{donation_id}/messages           coordinator donor short keys=read|declare
POST  /api/v1/donations/{donation_id}/messages           coordinator donor keys=declare
GET   /api/v1/donations/{donation_id}/place              coordinator donor keys=read|declare
PUT   /api/v1/donations/{donation_id}/place              coordinator donor keys=declare
POST  /api/v1/donations/{donation_id}/withdraw           donor keys=declare
POST  /api/v1/donations/{donation_id}/cancel             coordinator donor keys=declare
GET   /api/v1/donations/{donation_id}/devices            coordinator donor keys=read
GET   /api/v1/donations/{donation_id}/devices.csv        coordinator donor keys=read
GET   /api/v1/donations/{donation_id}/impact             coordinator donor keys=read
GET   /api/v1/donations/{donation_id}/pickup             coordinator donor keys=read|declare
GET   /api/v1/donations/{donation_id}/pickup.ics         coordinator donor keys=read|declare
PUT   /api/v1/donations/{donation_id}/slots              coordinator donor keys=declare
POST  /api/v1/donations/{donation_id}/pickup             coordinator
POST  /api/v1/donations/{donation_id}/collect            coordinator
POST  /api/v1/donations/imports                          coordinator donor keys=declare
GET   /api/v1/donations/imports/{import_id}              coordinator donor keys=declare
GET   /api/v1/donations/imports/{import_id}/errors.csv   coordinator donor keys=declare
POST  /api/v1/donations/imports/{import_id}/confirm      coordinator donor keys=declare
PUT   /api/v1/donations/imports/{import_id}/columns      coordinator donor keys=declare
DELETE /api/v1/donations/imports/{import_id}/columns     coordinator donor keys=declare
GET   /api/v1/donations/{donation_id}/documents          coordinator donor short keys=documents
POST  /api/v1/donations/{donation_id}/documents          coordinator donor keys=documents
PUT   /api/v1/donations/{donation_id}/valuation          donor keys=none
GET   /api/v1/donors/{donor_id}/years                    coordinator donor short keys=documents
POST  /api/v1/donors/{donor_id}/years                    coordinator donor keys=documents
GET   /api/v1/donations/{donation_id}/links              coordinator donor short keys=none
POST  /api/v1/donations/{donation_id}/links              coordinator donor keys=none
POST  /api/v1/links/{link_id}/revoke                     coordinator donor keys=none
GET   /api/v1/documents/{document_id}.pdf                coordinator donor keys=documents
GET   /api/v1/documents/confirmed/{code}                 public shared
POST  /api/v1/donations/imports/{import_id}/draft        coordinator donor keys=declare
GET   /api/v1/donations/{donation_id}/attachments                     coordinator donor short keys=attachments
POST  /api/v1/donations/{donation_id}/attachments                     coordinator donor keys=attachments
GET   /api/v1/donations/{donation_id}/attachments/{attachment_id}     coordinator donor keys=attachments
DELETE /api/v1/donations/{donation_id}/attachments/{attachment_id}    coordinator donor keys=attachments
GET   /api/v1/passports/{label}                          public shared
GET   /api/v1/donations/{donation_id}/epcis              coordinator donor keys=read
PUT   /api/v1/donors/{donor_id}/wishes                   coordinator donor keys=declare
GET   /api/v1/devices                                    coordinator donor short keys=read
GET   /api/v1/devices/{device_id}                        coordinator donor keys=read
GET   /api/v1/devices/{device_id}/history                coordinator donor short keys=read
POST  /api/v1/devices/{device_id}/found                  coordinator donor keys=declare
DELETE /api/v1/devices/{device_id}/found                 coordinator donor keys=declare
POST  /api/v1/donations/{donation_id}/collect-found      coordinator
POST  /api/v1/lots/{lot_id}/confirm                      donor keys=none
GET   /api/v1/lots                                       coordinator donor keys=read
GET   /api/v1/lots/{lot_id}                              coordinator donor keys=read
GET   /api/v1/lots/{lot_id}/devices                      coordinator donor keys=read
GET   /api/v1/lots/{lot_id}/certificate                  coordinator donor keys=documents
POST  /api/v1/lots/{lot_id}/certificate                  coordinator donor keys=documents
GET   /lots/{lot_id}/certificat                          coordinator donor
POST  /lots/{lot_id}/certificat                          coordinator donor
GET   /api/v1/lots/{lot_id}/suggestions                  coordinator short
GET   /api/v1/lots/{lot_id}/split                        coordinator
POST  /api/v1/lots/{lot_id}/split                        coordinator
POST  /api/v1/lots/{lot_id}/dispatch                     coordinator
GET   /api/v1/packing                                    coordinator donor shared keys=read|declare
PUT   /api/v1/packing                                    coordinator
GET   /consignes                                         coordinator
POST  /consignes                                         coordinator
GET   /api/v1/workshops                                  coordinator short keys=read
GET   /api/v1/inbox                                      coordinator short keys=read
GET   /api/v1/network                                    coordinator short keys=read
GET   /                                                  anyone shared
GET   /a-faire                                           coordinator
GET   /reseau/equipements                                coordinator
GET   /reseau/equipements.csv                            coordinator
GET   /reseau/acteurs                                    coordinator
GET   /reseau/acteurs.csv                                coordinator
GET   /dons                                              coordinator donor
GET   /dons/liste.csv                                    coordinator donor
GET   /lots/liste.csv                                    coordinator
GET   /donateurs/liste.csv                               coordinator donor
GET   /dons/{donation_id}                                coordinator donor
GET   /dons/{donation_id}/changements                    coordinator donor
GET   /dons/{donation_id}/lignes                         coordinator donor
GET   /dons/{donation_id}/lignes.csv                     coordinator donor
POST  /dons/{donation_id}/lignes/{line}/verdict          coordinator
POST  /dons/{donation_id}/lignes/{line}/retablir         coordinator
GET   /dons/{donation_id}/equipements.csv                coordinator donor
GET   /equipements                                       coordinator donor
GET   /equipements/{label}                               coordinator donor
GET   /dons/{donation_id}/etiquettes                     coordinator donor
POST  /dons/{donation_id}/etiquettes                     coordinator donor
GET   /dons/{donation_id}/etiquettes.pdf                 coordinator donor
GET   /dons/{donation_id}/documents                      coordinator donor
POST  /dons/{donation_id}/documents                      coordinator donor
POST  /dons/{donation_id}/preuve                         coordinator donor
POST  /dons/{donation_id}/valeur                         donor
GET   /donateurs/{donor_id}/annees                       coordinator donor
POST  /donateurs/{donor_id}/annees                       coordinator donor
POST  /dons/{donation_id}/liens                          coordinator donor
POST  /liens/{link_id}/revoquer                          coordinator donor
GET   /documents/{document_id}.pdf                       coordinator donor
GET   /dons/{donation_id}/epcis.jsonld                   coordinator donor
GET   /api/v1/wanted                                     public shared short
GET   /besoins                                           public shared
GET   /besoins/liste.csv                                 public shared
GET   /api/v1/appeals                                    coordinator
POST  /api/v1/appeals                                    coordinator
GET   /api/v1/appeals/audience                           coordinator
GET   /api/v1/appeals/{appeal_id}                        coordinator
GET   /api/v1/appeals/{appeal_id}/donors                 coordinator
POST  /api/v1/appeals/{appeal_id}/resume                 coordinator
GET   /besoins/appels                                    coordinator
POST  /besoins/appels                                    coordinator
GET   /besoins/appels/nouveau                            coordinator
GET   /besoins/appels/{appeal_id}                        coordinator
POST  /besoins/appels/{appeal_id}/reprendre              coordinator
GET   /besoins/appels/{appeal_id}/donateurs.csv          coordinator
GET   /fiche/{label}                                     public shared
GET   /verifier                                          public shared
GET   /verifier/{code}                                   public shared
GET   /preuve/{token}                                    public shared
GET   /preuve/{token}/{number}.pdf                       public shared
GET   /comptes/{count_token}                             public shared
POST  /comptes/{count_token}                             public shared
POST  /lots/{lot_id}/demander-confirmation               coordinator
POST  /lots/{lot_id}/liens/revoquer                      coordinator donor
POST  /dons/{donation_id}/pieces                         coordinator donor
GET   /dons/{donation_id}/pieces/{attachment_id}         coordinator donor
POST  /dons/{donation_id}/pieces/{attachment_id}/retirer coordinator donor
POST  /dons/{donation_id}/envoyer                        coordinator donor
POST  /dons/{donation_id}/accepter                       coordinator
POST  /dons/{donation_id}/decliner                       coordinator
POST  /dons/{donation_id}/messages                       coordinator donor
POST  /dons/{donation_id}/messages/lus                   coordinator donor
POST  /dons/{donation_id}/lieu                           coordinator donor
POST  /dons/{donation_id}/retirer                        donor
POST  /dons/{donation_id}/annuler                        coordinator donor
POST  /dons/{donation_id}/reprendre                      coordinator donor
POST  /dons/{donation_id}/jours                          coordinator donor
GET   /dons/{donation_id}/collecte.ics                   coordinator donor
POST  /dons/{donation_id}/planifier                      coordinator
POST  /dons/{donation_id}/collecter-retrouves            coordinator
POST  /equipements/{device_id}/retrouver                 coordinator donor
POST  /equipements/{device_id}/toujours-absent           coordinator donor
POST  /lots/{lot_id}/confirmer                           donor
POST  /dons/{donation_id}/collecter                      coordinator
GET   /dons/nouveau                                      coordinator donor
POST  /dons/nouveau                                      coordinator donor
GET   /dons/nouveau/lignes                               coordinator donor
POST  /dons/nouveau/lignes                               coordinator donor
GET   /dons/{donation_id}/modifier                       coordinator donor
POST  /dons/{donation_id}/modifier                       coordinator donor
POST  /dons/{donation_id}/supprimer                      coordinator donor
GET   /dons/{donation_id}/a-revoir.csv                   coordinator donor
GET   /dons/{donation_id}/brouillon.csv                  coordinator donor
POST  /dons/{donation_id}/fichier                        coordinator donor
POST  /imports/{import_id}/brouillon                     coordinator donor
GET   /imports/{import_id}                               coordinator donor
GET   /imports/{import_id}/erreurs.csv                   coordinator donor
POST  /imports/{import_id}/confirmer                     coordinator donor
POST  /imports/{import_id}/colonnes                      coordinator donor
POST  /imports/{import_id}/colonnes/oublier              coordinator donor
GET   /lots                                              coordinator
GET   /lots/{lot_id}                                     coordinator donor
POST  /lots/{lot_id}/manifeste                           coordinator donor
GET   /lots/{lot_id}/manifeste.pdf                       coordinator donor
GET   /equipements/{label}/etiquette                     coordinator donor
POST  /equipements/{label}/etiquette                     coordinator donor
GET   /equipements/{label}/etiquette.pdf                 coordinator donor
GET   /lots/{lot_id}/etiquettes                          coordinator donor
POST  /lots/{lot_id}/etiquettes                          coordinator donor
GET   /lots/{lot_id}/etiquettes.pdf                      coordinator donor
POST  /lots/{lot_id}/partager                            coordinator
POST  /lots/{lot_id}/envoyer                             coordinator
GET   /ateliers                                          coordinator
GET   /ateliers/liste.csv                                coordinator
GET   /donateurs                                         coordinator donor
POST  /api/v1/registrations                              anyone shared keys=none
POST  /api/v1/donors/{donor_id}/confirm                  coordinator
POST  /api/v1/donors/{donor_id}/refuse                   coordinator
POST  /api/v1/donors/{donor_id}/reopen                   coordinator
GET   /inscription                                       anyone shared
POST  /inscription                                       anyone shared
POST  /donateurs/{donor_id}/confirmer                    coordinator
POST  /donateurs/{donor_id}/refuser                      coordinator
POST  /donateurs/{donor_id}/rouvrir                      coordinator
GET   /donateurs/nouveau                                 coordinator
POST  /donateurs/nouveau                                 coordinator
GET   /donateurs/{donor_id}                              coordinator donor
PUT   /api/v1/donors/{donor_id}/sites/{site_id}          coordinator donor keys=none
PUT   /api/v1/donors/{donor_id}/name                     coordinator donor keys=none
POST  /api/v1/donors/{donor_id}/contacts                 coordinator donor keys=none
PUT   /api/v1/donors/{donor_id}/contacts/{contact_id}    coordinator donor keys=none
GET   /donateurs/{donor_id}/modifier                     coordinator donor
POST  /donateurs/{donor_id}/nom                          coordinator donor
POST  /donateurs/{donor_id}/lieux/{site_id}              coordinator donor
POST  /donateurs/{donor_id}/contacts                     coordinator donor
POST  /donateurs/{donor_id}/contacts/{contact_id}        coordinator donor
POST  /donateurs/{donor_id}/contacts/{contact_id}/retirer coordinator donor
DELETE /api/v1/donors/{donor_id}/contacts/{contact_id} coordinator donor keys=none
POST  /donateurs/{donor_id}/lieux                        coordinator donor
POST  /donateurs/{donor_id}/souhaits                     coordinator donor
POST  /api/v1/donors/{donor_id}/webhooks                 donor keys=webhooks
GET   /api/v1/donors/{donor_id}/webhooks                 donor short keys=webhooks
POST  /api/v1/webhooks/{webhook_id}/test                donor keys=webhooks
POST  /api/v1/webhooks/{webhook_id}/secret              donor keys=webhooks
POST  /api/v1/webhooks/{webhook_id}/resume              donor keys=webhooks
GET   /api/v1/webhooks/{webhook_id}/deliveries          donor keys=webhooks
POST  /api/v1/webhook-deliveries/{delivery_id}/again     donor keys=webhooks
GET   /donateurs/{donor_id}/webhooks                     donor
POST  /donateurs/{donor_id}/webhooks                     donor
GET   /webhooks/{endpoint_id}                            donor
GET   /webhooks/{endpoint_id}/messages.csv               donor
POST  /webhooks/{endpoint_id}/essayer                    donor
POST  /webhooks/{endpoint_id}/secret                     donor
POST  /webhooks/{endpoint_id}/pause                      donor
POST  /webhooks/{endpoint_id}/reprendre                  donor
POST  /webhooks/{endpoint_id}/messages/{delivery_id}/renvoyer donor
DELETE /api/v1/webhooks/{webhook_id}                    donor keys=webhooks
POST  /webhooks/{endpoint_id}/supprimer                  donor
""",
    BODIES,
    REFUSED,
    team=Role.DONOR,
    gives_keys=True,
    guides=True,
)
