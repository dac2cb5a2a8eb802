"""Who may call which route of refurbish."""

from filiere.web import Role

from ..bodies.refurbish import BODIES, REFUSED
from ..matrix import matrix

MATRIX = matrix(
    """
POST  /api/v1/moving-in                                coordinator shared keys=move-in
GET   /api/v1/moving-in                                coordinator short shared keys=move-in
POST  /api/v1/workshops                              coordinator
GET   /api/v1/workshops                              coordinator workshop short
GET   /api/v1/workshops/{workshop_id}                coordinator workshop
PUT   /api/v1/workshops/{workshop_id}/capacity       coordinator workshop
GET   /api/v1/workshops/{workshop_id}/periods         coordinator workshop short
POST  /api/v1/workshops/{workshop_id}/periods         coordinator workshop
DELETE /api/v1/workshops/{workshop_id}/periods/{period_id} coordinator workshop
GET   /ateliers/{workshop_id}/periodes                coordinator workshop
POST  /ateliers/{workshop_id}/periodes                coordinator workshop
POST  /ateliers/{workshop_id}/periodes/{period_id}/retirer coordinator workshop
POST  /api/v1/workshops/{workshop_id}/members        coordinator
GET   /api/v1/how-tos                                coordinator workshop short
POST  /api/v1/how-tos                                coordinator workshop shared
PUT   /api/v1/how-tos/{how_to_id}                    coordinator workshop
DELETE /api/v1/how-tos/{how_to_id}                   coordinator workshop
GET   /api/v1/lots                                   coordinator workshop
GET   /api/v1/lots/{lot_id}                          coordinator workshop
POST  /api/v1/lots/{lot_id}/arrive                   coordinator workshop
POST  /api/v1/lots/{lot_id}/reconcile                coordinator workshop
POST  /api/v1/scan                                   coordinator workshop shared
GET   /api/v1/mismatches                             coordinator workshop short
POST  /api/v1/mismatches/{mismatch_id}/attach        coordinator workshop
POST  /api/v1/mismatches/{mismatch_id}/receive       coordinator workshop
POST  /api/v1/mismatches/{mismatch_id}/dismiss       coordinator workshop
POST  /api/v1/mismatches/{mismatch_id}/reopen        coordinator workshop
GET   /api/v1/devices                                coordinator workshop
GET   /api/v1/devices/{device_id}/aliases            coordinator workshop short
POST  /api/v1/devices/{device_id}/aliases            coordinator workshop
DELETE /api/v1/devices/{device_id}/aliases/{alias_id} coordinator workshop
GET   /api/v1/devices/{device_id}/prints/{document}  coordinator workshop
GET   /api/v1/lots/{lot_id}/labels                   coordinator workshop
POST  /api/v1/lots/{lot_id}/pallets                  coordinator workshop
GET   /equipements/{device_id}/etiquette             coordinator workshop
GET   /equipements/{device_id}/{document}.pdf        coordinator workshop
GET   /lots/{lot_id}/etiquettes                      coordinator workshop
GET   /lots/{lot_id}/etiquettes.pdf                  coordinator workshop
GET   /lots/{lot_id}/palette                         coordinator workshop
POST  /lots/{lot_id}/palette                         coordinator workshop
GET   /api/v1/devices/{device_id}/remarks            coordinator workshop
PUT   /api/v1/devices/{device_id}/remarks            coordinator workshop
POST  /api/v1/devices/{device_id}/corrections        coordinator workshop
POST  /api/v1/devices/{device_id}/not-arrived        coordinator workshop
GET   /api/v1/devices/by-label/{label}               coordinator workshop
GET   /api/v1/devices/{device_id}                    coordinator workshop
POST  /api/v1/devices/{device_id}/ready              coordinator workshop
POST  /api/v1/devices/{device_id}/withdraw           coordinator workshop
POST  /api/v1/devices/{device_id}/recall             coordinator workshop
POST  /api/v1/devices/{device_id}/merge              coordinator workshop
GET   /equipements/{device_id}/meme-machine          coordinator workshop
POST  /equipements/{device_id}/meme-machine          coordinator workshop
POST  /api/v1/devices/{device_id}/reopen             coordinator workshop
POST  /api/v1/devices/{device_id}/still-here         coordinator workshop
POST  /api/v1/devices/{device_id}/media              coordinator workshop
GET   /api/v1/devices/{device_id}/media              coordinator workshop short
POST  /api/v1/devices/{device_id}/erasures           coordinator workshop
GET   /api/v1/devices/{device_id}/erasures           coordinator workshop short
POST  /api/v1/devices/{device_id}/erasure-reports    coordinator workshop
GET   /api/v1/devices/{device_id}/erasure-reports/{report_id} coordinator workshop
GET   /api/v1/devices/{device_id}/erasure-reports/{report_id}/file coordinator workshop
POST  /api/v1/devices/{device_id}/audits             coordinator workshop raw keys=audits
POST  /api/v1/audits                                 coordinator workshop raw shared keys=audits
GET   /api/v1/devices/{device_id}/facts              coordinator workshop
POST  /api/v1/devices/{device_id}/audits/{audit_id}/answer   coordinator workshop
POST  /api/v1/devices/{device_id}/audits/{audit_id}/withdraw coordinator workshop
GET   /api/v1/devices/{device_id}/audits             coordinator workshop short
GET   /api/v1/devices/{device_id}/tests              coordinator workshop
POST  /api/v1/devices/{device_id}/tests              coordinator workshop
GET   /api/v1/devices/{device_id}/repairs            coordinator workshop short
POST  /api/v1/devices/{device_id}/repairs            coordinator workshop
DELETE /api/v1/devices/{device_id}/repairs/{repair_id} coordinator workshop
GET   /api/v1/devices/{device_id}/software           coordinator workshop
POST  /api/v1/devices/{device_id}/software           coordinator workshop
GET   /equipements/{device_id}/logiciels             coordinator workshop
POST  /equipements/{device_id}/logiciels             coordinator workshop
GET   /api/v1/devices/{device_id}/look               coordinator workshop
POST  /api/v1/devices/{device_id}/look               coordinator workshop
GET   /equipements/{device_id}/regarder              coordinator workshop
POST  /equipements/{device_id}/regarder              coordinator workshop
GET   /api/v1/devices/{device_id}/photos             coordinator workshop short
POST  /api/v1/devices/{device_id}/photos             coordinator workshop
GET   /api/v1/devices/{device_id}/photos/{photo_id}  coordinator workshop
DELETE /api/v1/devices/{device_id}/photos/{photo_id} coordinator workshop
POST  /equipements/{device_id}/photos                coordinator workshop
GET   /equipements/{device_id}/photos/{photo_id}     coordinator workshop
POST  /equipements/{device_id}/photos/{photo_id}/retirer coordinator workshop
GET   /api/v1/repairs/lots                           coordinator workshop short
GET   /api/v1/parts                                  coordinator workshop
POST  /api/v1/parts                                  coordinator workshop shared
POST  /api/v1/parts/{part_id}/take-off               coordinator workshop
GET   /api/v1/devices/{device_id}/parts              coordinator workshop short
POST  /api/v1/devices/{device_id}/parts              coordinator workshop
POST  /api/v1/devices/{device_id}/grade              coordinator workshop
POST  /api/v1/devices/{device_id}/ungrade            coordinator workshop
POST  /api/v1/bulks                                  coordinator workshop shared
GET   /api/v1/bulks/{bulk_id}                        coordinator workshop
POST  /api/v1/bulks/{bulk_id}/do                     coordinator workshop
GET   /api/v1/bulks/{bulk_id}/labels                 coordinator workshop
GET   /ensemble                                      coordinator workshop
GET   /ensemble/choisir                              coordinator workshop
POST  /ensemble/choisir                              coordinator workshop
GET   /ensemble/{bulk_id}                            coordinator workshop
POST  /ensemble/{bulk_id}                            coordinator workshop
GET   /ensemble/{bulk_id}/liste.csv                  coordinator workshop
GET   /ensemble/{bulk_id}/etiquettes.pdf             coordinator workshop
GET   /api/v1/waste-exits                            coordinator workshop short
POST  /api/v1/waste-exits                            coordinator workshop shared
GET   /api/v1/waste-exits/{waste_id}                  coordinator workshop
GET   /api/v1/waste-exits/{waste_id}/trackdechets     coordinator workshop
POST  /api/v1/waste-exits/{waste_id}/undo             coordinator workshop
GET   /api/v1/rulesets                               coordinator short
POST  /api/v1/rulesets/{name}/comparison             coordinator shared
GET   /api/v1/rulesets/{name}/comparison             coordinator shared
POST  /api/v1/rulesets/{name}/switch                 coordinator shared
POST  /api/v1/rulesets/switches/{switch_id}/undo     coordinator shared
GET   /api/v1/verifications                          coordinator workshop
POST  /api/v1/verifications/{erasure_id}             coordinator workshop
POST  /api/v1/devices/{device_id}/media-exits        coordinator workshop
GET   /api/v1/devices/{device_id}/media-exits        coordinator workshop short
GET   /api/v1/media-exits                            coordinator workshop
POST  /api/v1/media-exits/{exit_id}                  coordinator workshop
POST  /api/v1/media-exits/{exit_id}/take-back        coordinator workshop
POST  /a-verifier/sorties/{exit_id}/reprendre        coordinator workshop
GET   /equipements/{device_id}/supports/{serial}/sortir coordinator workshop
POST  /equipements/{device_id}/supports/{serial}/sortir coordinator workshop
GET   /a-verifier/sorties/{exit_id}                  coordinator workshop
POST  /a-verifier/sorties/{exit_id}                  coordinator workshop
GET   /a-verifier                                    coordinator workshop
GET   /a-verifier/{erasure_id}                       coordinator workshop
POST  /a-verifier/{erasure_id}                       coordinator workshop
GET   /api/v1/demand                                 coordinator workshop short
GET   /                                              coordinator workshop
GET   /hors-ligne                                    public
GET   /service-worker.js                             public
GET   /scanner                                       coordinator workshop
POST  /scanner                                       coordinator workshop shared
POST  /scanner/envoi                                 coordinator workshop shared
GET   /lots                                          coordinator workshop
GET   /lots/{lot_id}                                 coordinator workshop
GET   /lots/{lot_id}/changements                     coordinator workshop
POST  /lots/{lot_id}/scanner                         coordinator workshop
POST  /lots/{lot_id}/recevoir                        coordinator workshop
POST  /lots/{lot_id}/mettre-de-cote                  coordinator workshop
POST  /lots/{lot_id}/pointer                         coordinator workshop
GET   /equipements                                   coordinator workshop
GET   /equipements.csv                               coordinator workshop
GET   /equipements/etiquettes/{label}                public
GET   /devices/by-label/{label}                      public
GET   /equipements/{device_id}                       coordinator workshop
GET   /equipements/{device_id}/aide                  coordinator workshop
POST  /equipements/{device_id}/recevoir              coordinator workshop
POST  /equipements/{device_id}/terminer              coordinator workshop
GET   /equipements/{device_id}/retirer               coordinator workshop
POST  /equipements/{device_id}/retirer               coordinator workshop
GET   /equipements/{device_id}/reprendre             coordinator workshop
POST  /equipements/{device_id}/reprendre             coordinator workshop
GET   /equipements/{device_id}/rouvrir               coordinator workshop
GET   /equipements/{device_id}/encore-la             coordinator workshop
POST  /equipements/{device_id}/encore-la             coordinator workshop
POST  /equipements/{device_id}/rouvrir               coordinator workshop
GET   /equipements/{device_id}/supports              coordinator workshop
POST  /equipements/{device_id}/supports              coordinator workshop
GET   /equipements/{device_id}/effacer/{serial}      coordinator workshop
POST  /equipements/{device_id}/effacer/{serial}      coordinator workshop
GET   /equipements/{device_id}/certificat            coordinator workshop
GET   /equipements/{device_id}/effacements/{erasure_id}.txt coordinator workshop
GET   /equipements/{device_id}/certificat/{serial}.pdf coordinator workshop
GET   /equipements/{device_id}/rapports/{report_id}  coordinator workshop
GET   /equipements/{device_id}/inventaires           coordinator workshop
POST  /equipements/{device_id}/inventaires           coordinator workshop
POST  /equipements/{device_id}/inventaires/{audit_id}/repondre coordinator workshop
GET   /equipements/{device_id}/inventaires/{audit_id}/retirer  coordinator workshop
POST  /equipements/{device_id}/inventaires/{audit_id}/retirer  coordinator workshop
GET   /equipements/{device_id}/inventaires/{audit_id}/copie    coordinator workshop
GET   /equipements/{device_id}/tester                coordinator workshop
POST  /equipements/{device_id}/tester                coordinator workshop
POST  /equipements/{device_id}/tester/point          coordinator workshop
GET   /equipements/{device_id}/tester/suivi          coordinator workshop
GET   /equipements/{device_id}/reparer               coordinator workshop
POST  /equipements/{device_id}/reparer               coordinator workshop
POST  /equipements/{device_id}/reparations/{repair_id}/annuler coordinator workshop
GET   /equipements/{device_id}/pieces                coordinator workshop
POST  /equipements/{device_id}/pieces                coordinator workshop
GET   /pieces                                        coordinator workshop
GET   /pieces.csv                                    coordinator workshop
GET   /pieces/nouvelles                              coordinator workshop
POST  /pieces/nouvelles                              coordinator workshop shared
POST  /pieces/{part_id}/sortir                       coordinator workshop
GET   /reparations                                   coordinator workshop
GET   /reparations.csv                               coordinator workshop
GET   /reparations/lots.csv                          coordinator workshop
GET   /equipements/{device_id}/classer               coordinator workshop
POST  /equipements/{device_id}/classer               coordinator workshop
GET   /equipements/{device_id}/identifiants          coordinator workshop
POST  /equipements/{device_id}/identifiants          coordinator workshop
POST  /equipements/{device_id}/identifiants/{alias_id}/retirer coordinator workshop
POST  /equipements/{device_id}/pas-arrive            coordinator workshop
GET   /equipements/{device_id}/remarques             coordinator workshop
POST  /equipements/{device_id}/remarques             coordinator workshop
GET   /equipements/{device_id}/corriger              coordinator workshop
POST  /equipements/{device_id}/corriger              coordinator workshop
POST  /equipements/{device_id}/declasser             coordinator workshop
GET   /ecarts                                        coordinator workshop
GET   /ecarts/regles                                 coordinator workshop
POST  /ecarts/{mismatch_id}/rouvrir                  coordinator workshop
POST  /ecarts/{mismatch_id}/rattacher                coordinator workshop
POST  /ecarts/{mismatch_id}/recevoir                 coordinator workshop
POST  /ecarts/{mismatch_id}/classer                  coordinator workshop
GET   /besoins                                       coordinator workshop
GET   /aujourd-hui                                   workshop shared
GET   /a-expedier                                    coordinator workshop
GET   /a-expedier/{workshop_id}/{order_id}           coordinator workshop
POST  /a-expedier/{workshop_id}/{order_id}/scanner   coordinator workshop
POST  /a-expedier/{workshop_id}/{order_id}/sortir/{device_id}  coordinator workshop
GET   /modes-d-emploi                                coordinator workshop
GET   /modes-d-emploi/ajouter                        coordinator workshop
POST  /modes-d-emploi/ajouter                        coordinator workshop shared
GET   /modes-d-emploi/{how_to_id}                    coordinator workshop
POST  /modes-d-emploi/{how_to_id}                    coordinator workshop
POST  /modes-d-emploi/{how_to_id}/retirer            coordinator workshop
POST  /modes-d-emploi/{how_to_id}/remettre           coordinator workshop
GET   /dechets                                       coordinator workshop
GET   /dechets.csv                                   coordinator workshop
GET   /dechets/nouvelle                              coordinator workshop
POST  /dechets/nouvelle                              coordinator workshop shared
GET   /dechets/{waste_id}                             coordinator workshop
GET   /dechets/{waste_id}/trackdechets.json           coordinator workshop
POST  /dechets/{waste_id}/annuler                     coordinator workshop
GET   /baremes                                       coordinator
GET   /baremes/{name}                                coordinator shared
POST  /baremes/{name}/comparer                       coordinator shared
GET   /baremes/{name}/comparaison.csv                coordinator shared
POST  /baremes/{name}/activer                        coordinator shared
POST  /baremes/activations/{switch_id}/annuler       coordinator shared
POST  /baremes/suivre                                coordinator shared
GET   /ateliers                                      coordinator
GET   /ateliers/nouveau                              coordinator
POST  /ateliers/nouveau                              coordinator
GET   /ateliers/{workshop_id}                        coordinator workshop
POST  /ateliers/{workshop_id}/capacite               coordinator workshop
GET   /ateliers/{workshop_id}/accord                 coordinator workshop
POST  /ateliers/{workshop_id}/accord/prix            coordinator
POST  /ateliers/{workshop_id}/accord/limite          coordinator
GET   /lots/{lot_id}/actes                           coordinator workshop
GET   /lots/{lot_id}/actes.csv                       coordinator workshop
GET   /lots/{lot_id}/actes.pdf                       coordinator workshop
GET   /pilotage                                      coordinator workshop
GET   /pilotage/etapes.csv                           coordinator workshop
POST  /ateliers/{workshop_id}/membres                coordinator
""",
    BODIES,
    REFUSED,
    team=Role.WORKSHOP,
    gives_keys=True,
    keys="none",
    guides=True,
)
