"""Who may call which route of distribute."""

from filiere.web import Role

from ..bodies.distribute import BODIES, REFUSED
from ..matrix import matrix

MATRIX = matrix(
    """
POST  /api/v1/moving-in                                coordinator shared
GET   /api/v1/moving-in                                coordinator short shared
POST  /api/v1/relais                                 coordinator
GET   /api/v1/relais                                 coordinator relais
GET   /api/v1/relais/{relais_id}                     coordinator relais
PUT   /api/v1/relais/{relais_id}                     coordinator
POST  /api/v1/relais/{relais_id}/agreement/end       coordinator
POST  /api/v1/relais/{relais_id}/agreement           coordinator
POST  /api/v1/relais/{relais_id}/members             coordinator
PUT   /api/v1/relais/{relais_id}/public-origin       coordinator
PUT   /api/v1/relais/{relais_id}/contact             coordinator relais
GET   /api/v1/relais/{relais_id}/referents           coordinator relais
PUT   /api/v1/relais/{relais_id}/referents/network   coordinator
PUT   /api/v1/relais/{relais_id}/referents/relais    relais
PUT   /api/v1/relais/{relais_id}/public-listing      relais
DELETE /api/v1/relais/{relais_id}/public-listing     relais
POST  /api/v1/workshops/{workshop_id}/members        coordinator
GET   /api/v1/stock                                  coordinator relais service workshop
POST  /api/v1/stock/campaigns/{campaign}/reserve     coordinator
POST  /api/v1/stock/campaigns/{campaign}/release     coordinator
GET   /api/v1/campaigns                              coordinator relais short shared
POST  /api/v1/campaigns                              coordinator
GET   /api/v1/campaigns/{campaign_id}                coordinator relais shared
PUT   /api/v1/campaigns/{campaign_id}                coordinator
DELETE /api/v1/campaigns/{campaign_id}               coordinator
GET   /api/v1/campaigns/{campaign_id}/progress       coordinator relais shared
POST  /api/v1/campaigns/{campaign_id}/publish        coordinator
POST  /api/v1/campaigns/{campaign_id}/cancel         coordinator
POST  /api/v1/campaigns/{campaign_id}/close          coordinator
POST  /api/v1/campaigns/{campaign_id}/join           relais shared
POST  /api/v1/campaigns/{campaign_id}/leave          relais shared
GET   /campagnes                                     coordinator relais shared
GET   /campagnes/nouvelle                            coordinator
POST  /campagnes/nouvelle                            coordinator
GET   /campagnes/{campaign_id}                       coordinator relais shared
GET   /campagnes/{campaign_id}/modifier              coordinator
POST  /campagnes/{campaign_id}/modifier              coordinator
GET   /campagnes/{campaign_id}/apercu                coordinator
POST  /campagnes/{campaign_id}/publier               coordinator
POST  /campagnes/{campaign_id}/supprimer             coordinator
POST  /campagnes/{campaign_id}/stock                 coordinator
POST  /campagnes/{campaign_id}/stock/{wish_id}/annuler coordinator
POST  /campagnes/{campaign_id}/cloturer              coordinator
POST  /campagnes/{campaign_id}/annuler               coordinator
GET   /campagnes/{campaign_id}/bilan.csv             coordinator
GET   /campagnes/{campaign_id}/bilan.pdf             coordinator
GET   /campagnes/{campaign_id}/structures            coordinator
POST  /campagnes/{campaign_id}/structures/{relais_id}/retirer coordinator
GET   /campagnes/{campaign_id}/invitations           coordinator
GET   /campagnes/{campaign_id}/invitations.csv       coordinator
POST  /campagnes/{campaign_id}/invitations           coordinator
POST  /campagnes/{campaign_id}/invitations/rappeler  coordinator
POST  /campagnes/{campaign_id}/invitations/{invitation_id}/annuler coordinator
GET   /campagnes/{campaign_id}/bilans                coordinator
GET   /campagnes/{campaign_id}/bilans.csv            coordinator
POST  /campagnes/{campaign_id}/bilans/rappeler       coordinator
GET   /campagnes/{campaign_id}/bilans/{relais_id}    coordinator relais
POST  /campagnes/{campaign_id}/bilans/{relais_id}    relais
GET   /campagne/{campaign_token}                     public shared
GET   /campagne/{campaign_token}/rejoindre           anyone shared
POST  /campagne/{campaign_token}/rejoindre           relais shared
GET   /api/v1/prices                                 coordinator relais service workshop
GET   /api/v1/price-lists                            coordinator relais service workshop short shared
POST  /api/v1/price-lists                            coordinator
GET   /api/v1/price-lists/{list_id}                  coordinator relais service workshop shared
PUT   /api/v1/price-lists/{list_id}                  coordinator
DELETE /api/v1/price-lists/{list_id}                 coordinator
GET   /api/v1/price-lists/{list_id}/comparison       coordinator
POST  /api/v1/price-lists/{list_id}/publish          coordinator
POST  /api/v1/price-lists/{list_id}/withdraw         coordinator
GET   /prix                                          coordinator relais shared
POST  /prix                                          coordinator
GET   /prix/{list_id}                                coordinator relais shared
POST  /prix/{list_id}                                coordinator
GET   /prix/{list_id}/comparer                       coordinator
POST  /prix/{list_id}/publier                        coordinator
POST  /prix/{list_id}/retirer                        coordinator
POST  /prix/{list_id}/supprimer                      coordinator
GET   /api/v1/demand                                 coordinator relais service workshop short
GET   /api/v1/devices                                coordinator relais service workshop
GET   /api/v1/devices/by-label/{label}               coordinator relais service workshop
GET   /api/v1/devices/{device_id}                    coordinator relais service workshop
PUT   /api/v1/relais/{relais_id}/dues-terms          coordinator
GET   /api/v1/relais/{relais_id}/statement           coordinator relais
GET   /api/v1/relais/{relais_id}/dues                coordinator relais
GET   /api/v1/relais/{relais_id}/dues.csv            coordinator relais
POST  /api/v1/relais/{relais_id}/invoices            coordinator
GET   /api/v1/relais/{relais_id}/invoices            coordinator relais
GET   /api/v1/invoices/{invoice_id}                  coordinator relais
POST  /api/v1/relais/{relais_id}/payments            coordinator
GET   /api/v1/relais/{relais_id}/payments            coordinator relais
POST  /api/v1/payments/{payment_id}/undo             coordinator
POST  /api/v1/relais/{relais_id}/carried-over        coordinator
GET   /api/v1/relais/{relais_id}/carried-over        coordinator relais
POST  /api/v1/carried-over/{carried_id}/correct      coordinator
GET   /api/v1/aged-balance                           coordinator short
POST  /api/v1/aged-balance/reminders                 coordinator
GET   /api/v1/dues/verification                      coordinator short
GET   /api/v1/inbox                                  coordinator short
GET   /relais/{relais_id}/releve                     coordinator relais
GET   /relais/{relais_id}/releve.csv                 coordinator relais
POST  /relais/{relais_id}/releve/conditions          coordinator
POST  /relais/{relais_id}/releve/facturer            coordinator
POST  /relais/{relais_id}/releve/paiements           coordinator
POST  /relais/{relais_id}/releve/dettes-d-avant      coordinator
POST  /dettes-d-avant/{carried_id}/corriger          coordinator
POST  /paiements/{payment_id}/annuler                coordinator
GET   /factures/{invoice_id}                         coordinator relais
GET   /factures/{invoice_id}/facture.pdf             coordinator relais
GET   /factures/{invoice_id}/lignes.csv              coordinator relais
GET   /relais/{relais_id}/factures                   coordinator relais
GET   /relais/{relais_id}/paiements                  coordinator relais
POST  /balance-agee/verifier                         coordinator
GET   /balance-agee                                  coordinator
GET   /balance-agee.csv                              coordinator
POST  /balance-agee/rappels                          coordinator
POST  /api/v1/orders                                 coordinator relais
GET   /api/v1/orders                                 coordinator relais
GET   /api/v1/orders/{order_id}                      coordinator relais
POST  /api/v1/orders/{order_id}/approve              coordinator
PUT   /api/v1/orders/{order_id}/lines/{line_id}/accepted relais
POST  /api/v1/orders/{order_id}/cancel               coordinator relais
POST  /api/v1/orders/{order_id}/close                coordinator relais
POST  /api/v1/orders/{order_id}/reorder              coordinator relais
PUT   /api/v1/orders/{order_id}                      relais
PUT   /api/v1/orders/{order_id}/lines/{line_id}/quantity relais
POST  /api/v1/orders/{order_id}/give-up-rest         coordinator relais
POST  /api/v1/drafts                                 relais
GET   /api/v1/drafts                                 relais
GET   /api/v1/drafts/{draft_id}                      relais
PUT   /api/v1/drafts/{draft_id}                      relais
DELETE /api/v1/drafts/{draft_id}                     relais
POST  /api/v1/allocations                            coordinator
GET   /api/v1/allocations                            coordinator
GET   /api/v1/allocations/{run_id}                   coordinator
POST  /api/v1/allocations/{run_id}/undo              coordinator
POST  /api/v1/shipments                              coordinator
GET   /api/v1/shipments                              coordinator relais workshop
GET   /api/v1/shipments/{shipment_id}                coordinator relais workshop
GET   /api/v1/shipments/expected                     relais short
POST  /api/v1/shipments/receive                      relais shared
POST  /api/v1/shipments/{shipment_id}/missing        coordinator relais workshop
POST  /api/v1/shipments/{shipment_id}/devices/{device_id}/report coordinator relais
POST  /api/v1/shipments/{shipment_id}/devices/{device_id}/swap coordinator workshop
POST  /api/v1/devices/{device_id}/checked            coordinator workshop
POST  /stock/equipements/{device_id}/revu            coordinator workshop
PUT   /api/v1/shipments/{shipment_id}/carriage       coordinator workshop
GET   /api/v1/incidents                              coordinator relais workshop
POST  /api/v1/incidents/{incident_id}/settle         coordinator
POST  /api/v1/incidents/{incident_id}/photo          coordinator relais
GET   /api/v1/incidents/{incident_id}/photo          coordinator relais workshop
POST  /api/v1/shipments/{shipment_id}/ship           coordinator workshop
POST  /api/v1/shipments/{shipment_id}/deliver        coordinator relais
POST  /api/v1/aliases/export                         relais
POST  /api/v1/aliases/erase                          relais
POST  /api/v1/handovers                              relais
GET   /api/v1/handovers                              relais
GET   /api/v1/handovers.csv                          relais
GET   /api/v1/handovers/summary                      coordinator relais short
GET   /api/v1/handovers/till/{label}                 relais
GET   /api/v1/handovers/{handover_id}                relais
POST  /api/v1/handovers/{handover_id}/undo           relais
POST  /api/v1/checkouts                              relais
GET   /api/v1/till/entries                           relais
GET   /api/v1/till/verification                      coordinator relais short
GET   /api/v1/till/accounts/{form}.csv               relais shared
GET   /api/v1/till/archive.zip                       relais
GET   /api/v1/till/open                              relais
GET   /api/v1/till/closings                          relais
POST  /api/v1/till/closings/days                     relais
POST  /api/v1/till/closings/months                   relais
POST  /api/v1/till/closings/years                    relais
GET   /caisse/reperes                                relais
POST  /caisse/reperes                                relais
POST  /caisse/reperes/exporter                       relais
POST  /caisse/reperes/effacer                        relais
GET   /                                              anyone
GET   /aujourd-hui                                   relais
POST  /ma-structure/{relais_id}/contact              relais
GET   /ma-structure/{relais_id}/modifier             relais
POST  /ma-structure/{relais_id}/horaires             relais
POST  /ma-structure/{relais_id}/referent             relais
POST  /ma-structure/{relais_id}/publics              relais
GET   /trouver                                       public shared
GET   /api/v1/directory/structures                   public shared
GET   /api/v1/directory/services                     public shared
GET   /api/v1/directory/mediation-places             public shared
GET   /ma-structure/{relais_id}/fiche-publique       relais
POST  /ma-structure/{relais_id}/fiche-publique       relais
POST  /ma-structure/{relais_id}/fiche-publique/retirer relais
GET   /ma-structure                                  relais
GET   /catalogue                                     coordinator relais shared
GET   /catalogue/paliers                             coordinator relais shared
POST  /catalogue/paliers                             coordinator relais shared
GET   /catalogue/paliers/attestation.pdf             coordinator relais shared
GET   /commander                                     relais
POST  /commander                                     relais
GET   /mes-commandes                                 relais
GET   /part-servie                                   relais
GET   /qui-est-servi                                 coordinator
GET   /qui-est-servi.csv                             coordinator
GET   /mes-remises                                   relais
GET   /a-faire                                       coordinator
GET   /commandes                                     coordinator
GET   /commandes.csv                                 coordinator
GET   /mes-commandes.csv                             relais
GET   /relais.csv                                    coordinator
GET   /commandes/{order_id}                          coordinator relais
GET   /commandes/{order_id}/approuver                coordinator
POST  /commandes/{order_id}/approuver                coordinator
POST  /commandes/{order_id}/lignes/{line_id}         relais
POST  /commandes/{order_id}/annuler                  coordinator relais
POST  /commandes/{order_id}/clore                    coordinator relais
POST  /commandes/{order_id}/lignes/{line_id}/quantite relais
POST  /commandes/{order_id}/ne-plus-attendre         coordinator relais
GET   /brouillons                                    relais
POST  /brouillons/{template_id}/supprimer            relais
GET   /stock                                         coordinator
POST  /stock/campagnes/reserver                      coordinator
POST  /stock/campagnes/rendre                        coordinator
GET   /mon-stock                                     relais
GET   /mon-stock.csv                                 relais
GET   /stock.csv                                     coordinator
GET   /stock/equipements/{device_id}                 coordinator relais workshop
POST  /api/v1/proposals                              coordinator
GET   /api/v1/proposals                              coordinator
GET   /api/v1/proposals/{proposal_id}                coordinator
POST  /api/v1/proposals/{proposal_id}/cancel         coordinator
GET   /api/v1/proposals/{proposal_id}/lines          coordinator
GET   /api/v1/proposals/{proposal_id}/comparison     coordinator
PUT   /api/v1/proposals/{proposal_id}/overrides/{line_id} coordinator
DELETE /api/v1/proposals/{proposal_id}/overrides/{line_id} coordinator
POST  /api/v1/proposals/{proposal_id}/replay         coordinator
GET   /attributions                                  coordinator
GET   /attributions.csv                              coordinator
GET   /attributions/regle                            coordinator relais shared
GET   /attributions/propositions                     coordinator
POST  /attributions/propositions                     coordinator
GET   /attributions/propositions.csv                 coordinator
GET   /attributions/propositions/{proposal_id}       coordinator
GET   /attributions/propositions/{proposal_id}/lignes.csv coordinator
GET   /attributions/propositions/{proposal_id}/comparaison coordinator
GET   /attributions/propositions/{proposal_id}/comparaison/{beside} coordinator
GET   /attributions/propositions/{proposal_id}/comparaison/{beside}/relais.csv coordinator
GET   /attributions/propositions/{proposal_id}/lignes/{line_id} coordinator
POST  /attributions/propositions/{proposal_id}/lignes/{line_id} coordinator
POST  /attributions/propositions/{proposal_id}/lignes/{line_id}/retablir coordinator
POST  /attributions/propositions/{proposal_id}/approuver coordinator
POST  /attributions/propositions/{proposal_id}/abandonner coordinator
POST  /attributions/propositions/{proposal_id}/verifier coordinator
GET   /attributions/{run_id}                         coordinator
GET   /attributions/{run_id}/lignes.csv              coordinator
POST  /attributions/{run_id}/envois                  coordinator
POST  /attributions/{run_id}/annuler                 coordinator
GET   /relais                                        coordinator
GET   /relais/nouveau                                coordinator
POST  /relais/nouveau                                coordinator
GET   /relais/{relais_id}                            coordinator
GET   /relais/{relais_id}/modifier                   coordinator
POST  /relais/{relais_id}/modifier                   coordinator
POST  /relais/{relais_id}/convention                 coordinator
POST  /relais/{relais_id}/convention/fin             coordinator
POST  /relais/{relais_id}/membres                    coordinator
POST  /relais/{relais_id}/dons-publics               coordinator
POST  /relais/{relais_id}/contact                    coordinator
POST  /relais/{relais_id}/referent                   coordinator
POST  /relais/{relais_id}/publics/{asked_id}         coordinator
GET   /envois                                        coordinator relais workshop
POST  /envois                                        coordinator
GET   /envois/{shipment_id}                          coordinator relais workshop
POST  /envois/{shipment_id}/expedier                 coordinator workshop
POST  /envois/{shipment_id}/recevoir                 coordinator relais
POST  /envois/{shipment_id}/transport                coordinator workshop
POST  /envois/{shipment_id}/equipements/{device_id}/sortir coordinator workshop
GET   /envois/a-prelever                             coordinator workshop
GET   /envois/a-prelever.pdf                         coordinator workshop
GET   /envois/{shipment_id}/bon-de-livraison.pdf     coordinator relais workshop
GET   /envois/{shipment_id}/etiquettes.pdf           coordinator relais workshop
POST  /api/v1/loans                                  relais
GET   /api/v1/loans                                  relais
GET   /api/v1/loans/{loan_id}                        relais
POST  /api/v1/loans/{loan_id}/extend                 relais
POST  /api/v1/loans/{loan_id}/settle                 relais
GET   /prets                                         relais
POST  /prets                                         relais
GET   /prets/{loan_id}                               relais
POST  /prets/{loan_id}/prolonger                     relais
POST  /prets/{loan_id}/regler                        relais
GET   /api/v1/handovers/{handover_id}/guarantee      relais
POST  /api/v1/handovers/{handover_id}/after-sale     relais
GET   /api/v1/after-sale                             coordinator relais workshop
GET   /api/v1/after-sale/faults                      coordinator workshop short
GET   /api/v1/after-sale/{case_id}                   coordinator relais workshop
POST  /api/v1/after-sale/{case_id}/settle            relais
POST  /api/v1/after-sale/{case_id}/ask-the-network   coordinator relais
POST  /api/v1/after-sale/{case_id}/send-back         relais
POST  /api/v1/after-sale/{case_id}/payer             coordinator
POST  /api/v1/after-sale/{case_id}/close             relais
POST  /api/v1/recalls/preview                        coordinator
POST  /api/v1/recalls                                coordinator
GET   /api/v1/recalls                                coordinator relais workshop short
GET   /api/v1/recalls/{recall_id}                    coordinator relais workshop
GET   /api/v1/recalls/{recall_id}/devices            coordinator relais workshop short
POST  /api/v1/recalls/{recall_id}/end                coordinator
POST  /api/v1/recalls/{recall_id}/devices/{device_id}/bring-back relais
GET   /rappels                                       coordinator relais workshop
POST  /rappels                                       coordinator
POST  /rappels/apercu                                coordinator
GET   /rappels/{recall_id}                           coordinator relais workshop
POST  /rappels/{recall_id}/terminer                  coordinator
POST  /rappels/{recall_id}/equipements/{device_id}/rapporter relais
GET   /sav                                           coordinator relais workshop
GET   /sav/pannes                                    coordinator workshop
GET   /sav.csv                                       coordinator relais workshop
POST  /sav/chercher                                  relais
GET   /sav/remises/{handover_id}                     relais
POST  /sav/remises/{handover_id}                     relais
GET   /sav/{case_id}                                 coordinator relais workshop
POST  /sav/{case_id}/regler                          relais
POST  /sav/{case_id}/demander                        coordinator relais
POST  /sav/{case_id}/renvoyer                        relais
POST  /sav/{case_id}/qui-paie                        coordinator
POST  /sav/{case_id}/clore                           relais
GET   /sav/{case_id}/bon-de-retour.pdf               coordinator relais workshop
GET   /sav/{case_id}/etiquette.pdf                   coordinator relais workshop
GET   /reception                                     relais
POST  /reception                                     relais shared
POST  /envois/{shipment_id}/manquants                coordinator relais workshop
GET   /envois/{shipment_id}/equipements/{device_id}/signaler coordinator relais
POST  /envois/{shipment_id}/equipements/{device_id}/signaler coordinator relais
GET   /signalements                                  coordinator relais workshop
POST  /signalements/{incident_id}/regler             coordinator
GET   /signalements/{incident_id}/photo              coordinator relais workshop
GET   /caisse                                        relais
POST  /caisse                                        relais
GET   /caisse/remises.csv                            relais
GET   /caisse/equipements/{label}                    relais
GET   /caisse/panier                                 relais
POST  /caisse/panier                                 relais
POST  /caisse/panier/remettre                        relais
GET   /caisse/sans-reseau                            relais
POST  /caisse/envoi                                  relais
POST  /reception/envoi                               relais shared
GET   /hors-ligne                                    public
GET   /service-worker.js                             public
GET   /caisse/recus/{handover_id}                    relais
GET   /etiquettes/{label}                            public
GET   /mode-d-emploi/{device_token}                  public shared
GET   /mode-d-emploi/{device_token}/{code}           public shared
GET   /mode-d-emploi/{device_token}/{code}.pdf       public shared
GET   /equipements/{device_id}/mode-d-emploi         coordinator relais workshop
GET   /equipements/{device_id}/mode-d-emploi.svg     coordinator relais workshop
GET   /envois/{shipment_id}/modes-d-emploi           coordinator relais workshop
GET   /envois/{shipment_id}/modes-d-emploi.pdf       coordinator relais workshop
POST  /caisse/recus/{handover_id}/annuler            relais
GET   /caisse/journal                                relais
GET   /caisse/comptabilite                           relais
GET   /caisse/comptabilite/{form}.csv                relais shared
GET   /caisse/archive.zip                            relais
GET   /caisse/cloture                                relais
POST  /caisse/cloture                                relais
POST  /caisse/cloture/periode                        relais
GET   /caisse/clotures/{sequence}                    relais shared
GET   /recu/{receipt_token}                          public shared
GET   /api/v1/applications                           coordinator
GET   /api/v1/applications/{application_id}          coordinator
POST  /api/v1/applications/{application_id}/take-up  coordinator
POST  /api/v1/applications/{application_id}/accept   coordinator
POST  /api/v1/applications/{application_id}/refuse   coordinator
GET   /candidatures                                  coordinator
GET   /candidatures/{application_id}                 coordinator
POST  /candidatures/{application_id}/etudier         coordinator
POST  /candidatures/{application_id}/accepter        coordinator
POST  /candidatures/{application_id}/refuser         coordinator
GET   /conventions                                   coordinator
GET   /relais/{relais_id}/convention/a-signer        coordinator
POST  /relais/{relais_id}/convention/a-signer        coordinator
POST  /relais/{relais_id}/convention/retirer         coordinator
GET   /convention/{signing_token}                    public shared
POST  /convention/{signing_token}                    public shared
GET   /convention/{signing_token}/convention.pdf     public shared
GET   /devenir-relais                                public shared
POST  /devenir-relais                                public shared
GET   /candidature/confirmer/{check_token}           public shared
POST  /candidature/confirmer/{check_token}           public shared
GET   /candidature/{application_token}               public shared
POST  /candidature/{application_token}/envoyer       public shared
POST  /candidature/{application_token}/courriel      public shared
POST  /candidature/{application_token}/abandonner    public shared
GET   /candidature/{application_token}/{step}        public shared
POST  /candidature/{application_token}/{step}        public shared
POST  /api/v1/referral-slips                         relais shared
GET   /api/v1/referral-slips                         relais
GET   /api/v1/referral-slips/{slip_id}               relais
POST  /api/v1/referral-slips/{slip_id}/revoke        relais
POST  /api/v1/referral-slips/read                    relais shared
GET   /bons                                          relais
POST  /bons                                          relais shared
GET   /bons/{slip_id}                                relais
POST  /bons/{slip_id}/annuler                        relais
GET   /bons/{slip_id}/bon.pdf                        relais
GET   /trouver/carte                                 public shared
GET   /diagnostic                                    public shared
POST  /diagnostic                                    public shared
POST  /diagnostic/bon                                public shared
GET   /bon-d-acces                                   public shared
POST  /bon-d-acces                                   public shared
GET   /bon-d-acces/{referrer_token}                  public shared
POST  /bon-d-acces/{referrer_token}                  public shared
GET   /bon-d-acces/{referrer_token}/{own_slip_id}    public shared
POST  /bon-d-acces/{referrer_token}/{own_slip_id}/annuler public shared
GET   /bon-d-acces/{referrer_token}/{own_slip_id}/bon.pdf public shared
GET   /api/v1/topups/offers                          coordinator relais short shared
POST  /api/v1/topups/offers                          coordinator
POST  /api/v1/topups/offers/{offer_id}/prices        coordinator
POST  /api/v1/topups/offers/{offer_id}/codes         coordinator
GET   /api/v1/topups/offers/{offer_id}/codes         coordinator relais short shared
PUT   /api/v1/topups/offers/{offer_id}               coordinator
DELETE /api/v1/topups/offers/{offer_id}/prices/{valid_from} coordinator
POST  /api/v1/topups/offers/{offer_id}/close         coordinator short
POST  /api/v1/topups/offers/{offer_id}/reopen        coordinator short
GET   /api/v1/topups/offers/{offer_id}/lots          coordinator short
POST  /api/v1/topups/offers/{offer_id}/lots/{lot_id}/withdraw coordinator short
POST  /api/v1/topups/offers/{offer_id}/restock       coordinator
GET   /api/v1/topups/requests                        coordinator relais short
POST  /api/v1/topups/requests                        relais
POST  /api/v1/topups/offers/{offer_id}/send          coordinator
POST  /api/v1/topups/offers/{offer_id}/ask           relais shared
POST  /api/v1/topups/offers/{offer_id}/share         coordinator short
POST  /api/v1/topups/offers/{offer_id}/give-back     relais shared
POST  /api/v1/topups/sales                           relais shared
GET   /api/v1/topups/sales/{sale_id}                 relais
POST  /api/v1/topups/sales/{sale_id}/undo            relais
POST  /api/v1/topups/sales/{sale_id}/activation      relais
GET   /recharges                                     relais
GET   /recharges/vendre/{offer_id}                   relais shared
POST  /recharges/vendre/{offer_id}                   relais shared
GET   /recharges/remises/{sale_id}                   relais
POST  /recharges/remises/{sale_id}/code              relais
POST  /recharges/remises/{sale_id}/annuler           relais
POST  /recharges/remises/{sale_id}/activation        relais
POST  /recharges/rendre/{offer_id}                   relais shared
GET   /recharges/rendre/{offer_id}                   relais shared
GET   /recharges/kit                                 relais
POST  /recharges/kit                                 relais
POST  /api/v1/topups/kits                            relais
GET   /recharges/demander                            relais
POST  /recharges/demander                            relais
GET   /reseau-recharges                              coordinator
POST  /reseau-recharges                              coordinator
GET   /reseau-recharges/{offer_id}                   coordinator
POST  /reseau-recharges/{offer_id}/prix              coordinator
POST  /reseau-recharges/{offer_id}/codes             coordinator
POST  /reseau-recharges/{offer_id}/envoyer           coordinator
GET   /reseau-recharges/{offer_id}/rendus            coordinator
POST  /reseau-recharges/{offer_id}/rendus            coordinator
POST  /reseau-recharges/{offer_id}/corriger          coordinator
POST  /reseau-recharges/{offer_id}/fermer            coordinator
POST  /reseau-recharges/{offer_id}/rouvrir           coordinator
POST  /reseau-recharges/{offer_id}/prix/retirer      coordinator
POST  /reseau-recharges/{offer_id}/lots/retirer      coordinator
POST  /reseau-recharges/{offer_id}/partager          coordinator
""",
    BODIES,
    REFUSED,
    team=Role.RELAIS,
    guides=True,
)
