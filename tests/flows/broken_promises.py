"""Promises broken by hand in the databases, by the service and by what the sentence that names the break must say.

Triggers are off where these run: the databases themselves refuse most of this.
"""

Broken = dict[str, dict[str, list[str]]]

_INVOICE = (
    "INSERT INTO invoice (relais_id, id, year, serial, kind, issued_on, due_on, first_day, last_day, total_cents, "
    "parties) SELECT id, gen_random_uuid(), 2026, 1, 'invoice', now(), now(), now(), now(), 100, '{}' FROM relais "
    "LIMIT 1"
)
_OVERPAID = (
    f"{_INVOICE}; INSERT INTO settlement (relais_id, invoice_id, payment_id, amount_cents) "
    "SELECT p.relais_id, n.id, p.id, 4501 FROM payment p, invoice n WHERE p.undoes IS NULL"
)

# It was handed over, came back recalled, and is ready with what was wiped before.
_RECALLED_AND_USED = (
    "INSERT INTO complaint (workshop_id, device_id, cycle, fault, said_at) SELECT workshop_id, id, 1, 'recalled', now()"
    " FROM device WHERE stage = 'left'; INSERT INTO past_cycle (workshop_id, device_id, cycle, reason, reasons, "
    "left_at, ended_at) SELECT workshop_id, id, 1, 'other', '{}', closed_at, now() FROM device WHERE stage = 'left';"
    " UPDATE device SET stage = 'ready', cycle = 2, wipe_from = 1 WHERE stage = 'left'"
)

# A disk of the stock, put in by a repair that named none; and one that was moved there from another device.
_DISK = (
    "INSERT INTO part (workshop_id, id, kind, fits, origin, quantity, used, unit_cents, added_by, added_at) SELECT "
    "workshop_id, gen_random_uuid(), 'ssd', 'SSD', 'bought', 1, 1, 0, 'ada', now() FROM device LIMIT 1; "
    "INSERT INTO repair (workshop_id, id, device_id, cycle, kind, outcome, minutes, part_id, pieces, cents, by, "
    "by_name, repaired_at) SELECT d.workshop_id, gen_random_uuid(), d.id, 1, 'upgraded', 'fixed', 5, p.id, 1, 0, "
    "'ada', 'Ada', now() + interval '2 days' FROM device d, part p WHERE p.kind = 'ssd' LIMIT 1"
)
_MOVED = (
    "INSERT INTO medium_exit (workshop_id, id, device_id, medium_id, reason, went_to, asked_by, asked_by_name, "
    "asked_at) SELECT m.workshop_id, gen_random_uuid(), m.device_id, m.id, 'reused', (SELECT d.label FROM device d "
    "WHERE d.id <> m.device_id LIMIT 1), 'ada', 'Ada', now() FROM storage_medium m LIMIT 1; INSERT INTO exit_answer "
    "(workshop_id, exit_id, answered_by, answered_by_name, confirmed, answered_at) SELECT workshop_id, id, 'bruno', "
    "'Bruno', true, now() FROM medium_exit WHERE went_to IS NOT NULL"
)

# After one donation was handed over and another cancelled.
AFTER_A_HANDOVER: Broken = {
    "collect": {
        "sont quelque part": ["UPDATE donation SET accepted = accepted + 1, declared = declared + 1"],
        "ne sont pas annulés ensemble": ["UPDATE device SET custody = 'accepted' WHERE custody = 'cancelled'"],
        "mais la collecte montre": ["UPDATE device SET promise = NULL"],
    },
    "refurbish": {
        "mais l'atelier le dit": ["UPDATE device SET stage = 'ready' WHERE stage = 'left'"],
        "sans effacement prouvé": ["DELETE FROM erasure", "UPDATE erasure SET medium_serial = 'another'"],
        "n'a pas été effacé depuis": ["UPDATE device SET wipe_from = 2, cycle = 2"],
        "prêt avec l'effacement d'avant son retour": [_RECALLED_AND_USED],
        "a changé de don": ["UPDATE device SET donation_id = gen_random_uuid()"],
        "n'est en trop que pour l'un": ["UPDATE device SET is_surplus = true"],
        "ne disent pas la même capacité": ["DELETE FROM workshop_period"],
    },
    "distribute": {
        "ne concordent pas": ["UPDATE reservation SET released_at = now(), release_reason = 'x'"],
        "a 0 remises": ["DELETE FROM handover"],
        "ne suit pas celle d'avant": ["UPDATE till_entry SET previous = 'x'", "UPDATE till_entry SET person_cents = 1"],
        "au journal": ["UPDATE handover SET amount_cents = amount_cents + 1"],
        "service après-vente ne concordent pas": ["UPDATE handover SET returned_at = now()"],
        "n'est pas en stock": ["DELETE FROM stock_item WHERE status = 'handed_over'"],
        "et les rappels ne concordent pas": ["UPDATE stock_item SET status = 'held' WHERE status = 'available'"],
    },
}

# The same after weeks at a Relais: on the road, lent, lost, swapped, paid back, closed.
AFTER_WEEKS: Broken = {
    "collect": {
        "équipements et en contient": ["UPDATE lot SET devices = devices + 1"],
    },
    "refurbish": {
        "son atelier en attend": ["UPDATE lot SET expected = expected + 1"],
        "dans un autre lot": ["UPDATE device SET lot_id = (SELECT id FROM lot ORDER BY id LIMIT 1)"],
        "l'atelier le croit à": ["UPDATE device SET order_id = gen_random_uuid() WHERE stage = 'left'"],
        "l'atelier le croit «": ["UPDATE device SET away = NULL"],
        "personne n'a répondu": ["UPDATE device SET recall_asked_at = now() WHERE stage = 'ready'"],
        "et gardé par": ["UPDATE device SET custody = 'workshop' WHERE stage = 'left'"],
        "les réparations en disent": ["UPDATE part SET used = used + 1"],
        "sans que deux personnes l'aient vu": ["DELETE FROM exit_answer"],
        "qui ne le déclare pas": [_DISK, _MOVED],
        "est sorti en déchet": [
            "UPDATE device SET stage = 'arrived', withdrawn_reason = NULL WHERE stage = 'withdrawn'",
        ],
    },
    "distribute": {
        "promis, et en a": ["UPDATE order_line SET allocated = allocated - 1 WHERE allocated > 0"],
        "n'est dans aucun colis": ["UPDATE shipment_item SET scanned_at = NULL", "DELETE FROM shipment_item"],
        "se contredisent": ["UPDATE shipment SET status = 'preparing', shipped_at = NULL, delivered_at = NULL"],
        "contredisent": ["UPDATE shipment SET status = 'delivered', delivered_at = now(), shipped_at = now()"],
        "son prêt ne concordent pas": ["UPDATE loan_item SET settled_at = now(), outcome = 'returned'"],
        "il est à effacer": [
            "UPDATE loan SET kind = 'place'; UPDATE loan_item SET settled_at = now(), outcome = 'returned'",
        ],
        "(1 dehors) ne concordent pas": ["UPDATE loan SET settled_at = now()"],
        "encore signalé manquant": ["UPDATE incident SET settled_at = NULL, outcome = NULL WHERE kind = 'damaged'"],
        "personne n'a dit pourquoi": [
            "UPDATE incident SET outcome = 'found' WHERE outcome = 'lost'",
            "DELETE FROM incident WHERE kind = 'damaged'",
        ],
        "service après-vente ne concordent pas": ["DELETE FROM after_sale_case WHERE outcome = 'swapped'"],
        "ne finit pas comme il le dit": [
            "UPDATE after_sale_case SET outcome = 'repaired' WHERE outcome = 'swapped'",
            "DELETE FROM till_entry WHERE kind = 'undo'",
        ],
        "l'inverse": [
            "UPDATE till_entry SET undoes = 9999 WHERE kind = 'undo' AND sequence = 3",
            "UPDATE till_entry SET structure_cents = 1 WHERE kind = 'undo'",
        ],
        "un numéro manque ou revient": ["UPDATE till_entry SET receipt = '2026-0099' WHERE sequence = 1"],
        "centimes de remises": ["UPDATE handover SET receipt_number = receipt_number + 90"],
        "ses écritures font": [
            "UPDATE till_entry SET details = jsonb_set(details, '{amount_cents}', '1') WHERE kind = 'close_day'",
            "UPDATE till_entry SET details = jsonb_set(details, '{cash_before_cents}', '1') WHERE kind = 'close_day'",
        ],
        "centimes payés": ["UPDATE till_checkout SET person_cents = person_cents + 1"],
        "sa part fait": [
            "UPDATE due SET amount_cents = amount_cents + 1 WHERE kind = 'sale'",
            "UPDATE due SET amount_cents = amount_cents + 1 WHERE kind = 'undo'",
        ],
        "et l'avoir est de 0": ["DELETE FROM due WHERE kind = 'undo'"],
        "est repris de -1 centimes": ["UPDATE payment SET amount_cents = -1 WHERE undoes IS NOT NULL"],
        "dit 100 centimes et ses lignes 0": [_INVOICE],
        "est réglé de 4501 centimes sur 4500": [_OVERPAID],
        "à payer ou à utiliser au lieu de": ["DELETE FROM money_left", "UPDATE money_left SET left_cents = 1"],
        "garde 0 centimes (": [
            "UPDATE order_line SET prices = (SELECT jsonb_agg(p || '{\"cents\": 0}') FROM"
            " jsonb_array_elements(prices) p)",
        ],
        "la liste prices_v9999 dit None": ["UPDATE order_line SET price_list = 'prices_v9999'"],
        "une autre aussi, ou elle n'était pas publiée": [
            "DROP INDEX uq_price_list_begins; UPDATE price_list SET valid_from = '2020-01-01'",
            "UPDATE price_list SET name = NULL, published_at = now() WHERE version = 1",
        ],
    },
}
