"""Promises, parcels and roads: each device that is promised, sent, lent, lost or coming back has its paper, once."""

from stack.audit.laws import Law

_DOUBLE_PROMISES = """
SELECT device_id, count(*) AS promises FROM reservation WHERE released_at IS NULL GROUP BY device_id HAVING count(*) > 1
"""
_PROMISES_WITHOUT_RESERVATION = """
SELECT s.device_id, s.status FROM stock_item s
LEFT JOIN reservation r ON r.device_id = s.device_id AND r.released_at IS NULL AND r.line_id = s.line_id
WHERE (s.line_id IS NOT NULL) <> (r.id IS NOT NULL)
"""
_LINES = """
SELECT 'R-' || o.number AS reference, l.allocated, l.quantity, count(r.id) AS held FROM order_line l
JOIN relais_order o ON o.id = l.order_id
LEFT JOIN reservation r ON r.line_id = l.id AND r.released_at IS NULL
GROUP BY l.id, o.number HAVING l.allocated <> count(r.id) ORDER BY o.number LIMIT 20
"""
_HANDED_OVER_TWICE = """
SELECT s.device_id, count(h.id) AS handovers FROM stock_item s
LEFT JOIN handover h ON h.device_id = s.device_id AND h.returned_at IS NULL
GROUP BY s.device_id, s.status HAVING count(h.id) <> (CASE WHEN s.status = 'handed_over' THEN 1 ELSE 0 END)
"""
# On the road in a parcel that has left, at the Relais out of one that was scanned.
_WITHOUT_PARCEL = """
SELECT s.label, s.status FROM stock_item s
WHERE s.status IN ('shipped', 'delivered', 'lent', 'handed_over') AND NOT EXISTS (
    SELECT 1 FROM shipment_item i JOIN shipment p ON p.id = i.shipment_id
    WHERE i.device_id = s.device_id AND i.removed_at IS NULL AND p.order_id = s.order_id
        AND p.status IN ('shipped', 'delivered') AND (i.scanned_at IS NULL) = (s.status = 'shipped'))
ORDER BY s.label LIMIT 20
"""
_PARCELS = """
SELECT 'E-' || p.number AS reference, p.status AS parcel, s.label, s.status FROM shipment p
JOIN shipment_item i ON i.shipment_id = p.id AND i.removed_at IS NULL
JOIN stock_item s ON s.device_id = i.device_id
WHERE (p.status = 'preparing' AND (s.status <> 'reserved' OR s.order_id IS DISTINCT FROM p.order_id))
    OR (p.status = 'delivered' AND i.scanned_at IS NULL AND s.status = 'shipped' AND s.order_id = p.order_id
        AND NOT EXISTS (
            SELECT 1 FROM shipment_item j JOIN shipment q ON q.id = j.shipment_id
            WHERE j.device_id = s.device_id AND j.removed_at IS NULL AND q.status = 'shipped'))
ORDER BY p.number LIMIT 20
"""
_LENT_WITHOUT_LOAN = """
SELECT s.device_id, s.status FROM stock_item s
LEFT JOIN loan_item x ON x.device_id = s.device_id AND x.settled_at IS NULL
WHERE (s.status = 'lent') <> (x.loan_id IS NOT NULL)
"""
_LOANS = """
SELECT l.id, count(*) FILTER (WHERE x.settled_at IS NULL) AS out FROM loan l JOIN loan_item x ON x.loan_id = l.id
GROUP BY l.id HAVING (l.settled_at IS NULL) <> (count(*) FILTER (WHERE x.settled_at IS NULL) > 0)
ORDER BY l.id LIMIT 20
"""
_MISSED_WITHOUT_ROAD = """
SELECT s.device_id, s.status FROM incident n JOIN stock_item s USING (device_id)
WHERE n.settled_at IS NULL AND s.status <> 'shipped'
"""
_LOST_WITHOUT_A_WORD = """
SELECT s.label, s.status FROM stock_item s
WHERE (s.status = 'lost' AND NOT EXISTS (
            SELECT 1 FROM incident n WHERE n.device_id = s.device_id AND n.outcome = 'lost')
        AND NOT EXISTS (SELECT 1 FROM loan_item x WHERE x.device_id = s.device_id AND x.outcome = 'lost'))
    OR (s.status = 'returning'
        AND NOT EXISTS (SELECT 1 FROM incident n WHERE n.device_id = s.device_id AND n.settled_at IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM loan_item x JOIN loan l ON l.id = x.loan_id WHERE x.device_id = s.device_id
            AND (x.outcome = 'found' OR x.outcome = 'returned' AND l.kind = 'place'))
        AND NOT EXISTS (SELECT 1 FROM recall_item x WHERE x.device_id = s.device_id)
        AND NOT EXISTS (SELECT 1 FROM till_entry e WHERE e.device_id = s.device_id AND e.kind = 'undo')
        AND NOT EXISTS (SELECT 1 FROM after_sale_case c WHERE c.device_id = s.device_id))
ORDER BY s.label LIMIT 20
"""
# A sale whose device came back has its case, and a case that waits has a sale.
_BROUGHT_BACK_WITHOUT_CASE = """
SELECT coalesce(h.id, c.handover_id) AS id FROM (SELECT id FROM handover WHERE returned_at IS NOT NULL) h
FULL JOIN (
    SELECT handover_id FROM after_sale_case
    WHERE handover_id NOT IN (SELECT coalesce(refunded_id, handover_id) FROM after_sale_case
                              WHERE outcome = 'refunded' AND NOT is_refunded_in_part)
) c ON c.handover_id = h.id
WHERE h.id IS NULL OR c.handover_id IS NULL
"""
# What is kept for a case that waits is promised by its order, and by no other case's; a settled case has one end.
_TWO_CASES_OF_AN_ORDER = """
SELECT order_id AS id, count(*) AS cases FROM after_sale_case WHERE order_id IS NOT NULL
GROUP BY order_id HAVING count(*) > 1
"""
# A case ends with what it says: another handover, or the money in the journal.
_CASES = """
SELECT c.receipt, c.outcome FROM after_sale_case c
LEFT JOIN handover h ON h.id = c.replacement_handover_id
WHERE (c.outcome IN ('swapped', 'repaired') AND (h.id IS NULL OR h.device_id <> c.replacement_id))
    OR (c.outcome = 'repaired') <> (c.replacement_id IS NOT DISTINCT FROM c.device_id)
    OR c.outcome = 'refunded' AND NOT EXISTS (
        SELECT 1 FROM till_entry e
        WHERE e.handover_id = coalesce(c.refunded_id, c.handover_id) AND e.kind = 'undo')
ORDER BY c.opened_at LIMIT 20
"""
# What the coordination recalls is held while it is free, and nothing else is held; nobody is promised it.
_HELD = """
SELECT i.label, i.status FROM stock_item i
WHERE i.status IN ('available', 'to_check', 'held', 'reserved') AND (i.status = 'held') <> EXISTS (
    SELECT 1 FROM recall_item x JOIN recall r ON r.id = x.recall_id
    WHERE x.device_id = i.device_id AND r.ended_at IS NULL AND x.back_at IS NULL)
ORDER BY i.label LIMIT 20
"""
# The worker sends it back within the hour.
_USED_IN_STOCK = """
SELECT label, status FROM stock_item
WHERE status IN ('delivered', 'lent') AND used_since_promised(device_id)
ORDER BY label LIMIT 20
"""

AWAY = (
    Law("distribute", _DOUBLE_PROMISES, "L'équipement {device_id} est promis {promises} fois."),
    Law(
        "distribute",
        _PROMISES_WITHOUT_RESERVATION,
        "L'équipement {device_id} ({status}) et sa réservation ne concordent pas.",
    ),
    Law("distribute", _LINES, "Une ligne de la commande {reference} compte {allocated} promis, et en a {held}."),
    Law("distribute", _HANDED_OVER_TWICE, "L'équipement {device_id} a {handovers} remises."),
    Law("distribute", _WITHOUT_PARCEL, "L'équipement {label} ({status}) n'est dans aucun colis qui le dise."),
    Law("distribute", _PARCELS, "Le colis {reference} ({parcel}) et l'équipement {label} ({status}) se contredisent."),
    Law("distribute", _LENT_WITHOUT_LOAN, "L'équipement {device_id} ({status}) et son prêt ne concordent pas."),
    Law("distribute", _LOANS, "Le prêt {id} et ses équipements ({out} dehors) ne concordent pas."),
    Law("distribute", _MISSED_WITHOUT_ROAD, "L'équipement {device_id} ({status}) est encore signalé manquant."),
    Law("distribute", _LOST_WITHOUT_A_WORD, "L'équipement {label} ({status}) : personne n'a dit pourquoi."),
    Law(
        "distribute",
        _BROUGHT_BACK_WITHOUT_CASE,
        "La remise {id} et son dossier de service après-vente ne concordent pas.",
    ),
    Law(
        "distribute",
        _TWO_CASES_OF_AN_ORDER,
        "La commande {id} est gardée pour {cases} dossiers de service après-vente.",
    ),
    Law("distribute", _HELD, "L'équipement {label} ({status}) et les rappels ne concordent pas."),
    Law("distribute", _USED_IN_STOCK, "Quelqu'un s'est servi de l'équipement {label} ({status}) : il est à effacer."),
    Law("distribute", _CASES, "Le dossier du reçu {receipt} ({outcome}) ne finit pas comme il le dit."),
)
