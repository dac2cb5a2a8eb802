"""The till to the cent: the journal against itself, its closings, the handovers and the receipts.

`python -m distribute till verify` reads the fingerprints too, and an archive's.
"""

from stack.audit.laws import Law

# Each entry of a journal stands behind the one before.
_CHAIN = """
SELECT relais_id, sequence FROM (
    SELECT *, lag(sequence) OVER w AS sequence_before, lag(hash) OVER w AS hash_before,
        lag(total_cents) OVER w AS total_before
    FROM till_entry WINDOW w AS (PARTITION BY relais_id ORDER BY sequence)
) e WHERE sequence <> coalesce(sequence_before, 0) + 1 OR previous <> coalesce(hash_before, repeat('0', 64))
    OR total_cents <> coalesce(total_before, 0) + person_cents + structure_cents
ORDER BY relais_id, sequence LIMIT 20
"""
# What was taken back was there, and is the same amount in each part; or of each no more, where it is said to be a part.
_OPPOSITES = """
SELECT u.relais_id, u.sequence, u.undoes FROM till_entry u
LEFT JOIN till_entry e ON e.relais_id = u.relais_id AND e.sequence = u.undoes AND e.kind IN ('sale', 'gift')
WHERE u.kind = 'undo' AND (e.sequence IS NULL OR u.sequence < e.sequence OR u.handover_id <> e.handover_id
    OR u.person_cents NOT BETWEEN -e.person_cents AND 0 OR u.structure_cents NOT BETWEEN -e.structure_cents AND 0
    OR NOT u.details ? 'part_of'
    AND (u.person_cents <> -e.person_cents OR u.structure_cents <> -e.structure_cents))
ORDER BY u.relais_id, u.sequence LIMIT 20
"""
# Each handover has its entry that stands, of the same amount less what was paid back; and the other way round.
_HANDOVERS = """
SELECT coalesce(h.relais_id, e.relais_id) AS relais_id, coalesce(h.receipt, e.receipt) AS receipt,
    coalesce(h.amount_cents, 0) AS handed, coalesce(e.cents, 0) AS entered
FROM (
    SELECT *,
        receipt_year || '-' || lpad(receipt_number::text, greatest(4, length(receipt_number::text)), '0') AS receipt
    FROM handover WHERE sequence IS NOT NULL
) h FULL JOIN (
    SELECT s.*, s.person_cents + s.structure_cents
        + coalesce(u.person_cents + u.structure_cents, 0) AS cents
    FROM till_entry s LEFT JOIN till_entry u ON u.relais_id = s.relais_id AND u.undoes = s.sequence
    WHERE s.kind IN ('sale', 'gift') AND NOT s.details ? 'topup' AND (u.sequence IS NULL OR u.details ? 'part_of')
) e ON e.handover_id = h.id
WHERE h.id IS NULL OR e.handover_id IS NULL OR h.amount_cents <> e.cents OR h.relais_id <> e.relais_id
    OR h.sequence <> e.sequence OR h.device_id <> e.device_id OR h.receipt <> e.receipt
ORDER BY 1, 2 LIMIT 20
"""
_RECEIPTS = """
SELECT relais_id, receipt, place FROM (
    SELECT relais_id, sequence, receipt, row_number() OVER (
        PARTITION BY relais_id, split_part(receipt, '-', 1) ORDER BY sequence) AS place
    FROM till_entry WHERE kind IN ('sale', 'gift')
) e WHERE split_part(receipt, '-', 2)::bigint <> place ORDER BY relais_id, sequence LIMIT 20
"""
# A closing of a day covers what came since the one before: all of it, in all and in the drawer.
_CLOSINGS = """
SELECT c.relais_id, c.sequence, (c.details->>'amount_cents')::bigint AS said, m.cents AS covered,
    (c.details->>'cash_expected_cents')::bigint AS expected, c.left_before + m.cash AS cash
FROM (
    SELECT *, lag((details->>'through')::bigint, 1, 0::bigint) OVER w AS before,
        lag((details->>'cash_left_cents')::bigint, 1, 0::bigint) OVER w AS left_before
    FROM till_entry WHERE kind = 'close_day' WINDOW w AS (PARTITION BY relais_id ORDER BY sequence)
) c CROSS JOIN LATERAL (
    SELECT coalesce(sum(person_cents + structure_cents), 0)::bigint AS cents,
        (coalesce(sum(person_cents) FILTER (WHERE person_means = 'cash'), 0)
        + coalesce(sum(structure_cents) FILTER (WHERE structure_means = 'cash'), 0))::bigint AS cash
    FROM till_entry e WHERE e.relais_id = c.relais_id AND e.kind IN ('sale', 'gift', 'undo')
        AND e.sequence > c.before AND e.sequence <= (c.details->>'through')::bigint
) m WHERE (c.details->>'amount_cents')::bigint <> m.cents
    OR (c.details->>'cash_before_cents')::bigint <> c.left_before
    OR (c.details->>'cash_expected_cents')::bigint <> c.left_before + m.cash
    OR (c.details->>'through')::bigint >= c.sequence
ORDER BY c.relais_id, c.sequence LIMIT 20
"""
# Each top-up that was handed over has its entry of the same amount, and the other way round; undone, both say so.
_TOPUPS = """
SELECT coalesce(t.relais_id, e.relais_id) AS relais_id, coalesce(t.receipt, e.receipt) AS receipt,
    coalesce(t.amount_cents, 0) AS handed, coalesce(e.person_cents + e.structure_cents, 0) AS entered
FROM topup_sale t FULL JOIN (
    SELECT s.*, EXISTS (
        SELECT 1 FROM till_entry u WHERE u.relais_id = s.relais_id AND u.undoes = s.sequence) AS is_undone
    FROM till_entry s WHERE s.kind IN ('sale', 'gift') AND s.details ? 'topup'
) e ON e.relais_id = t.relais_id AND e.sequence = t.sequence
WHERE t.id IS NULL OR e.sequence IS NULL OR t.amount_cents <> e.person_cents + e.structure_cents
    OR t.receipt <> e.receipt OR t.code_id <> e.device_id OR e.details->>'topup' <> t.id::text
    OR (t.undone_at IS NOT NULL) <> e.is_undone
ORDER BY 1, 2 LIMIT 20
"""
# What was taken in is in stock, at a Relais, handed over or returned; what left has one handover that stands. A file
# that was taken back before anybody had or saw one of its codes has none.
_CODES = """
SELECT l.id AS lot_id, l.imported, count(c.id) AS codes, count(c.id) FILTER (
    WHERE (c.status = 'left') <> (SELECT count(*) = 1 FROM topup_sale s WHERE s.code_id = c.id AND s.undone_at IS NULL)
) AS strange
FROM topup_lot l LEFT JOIN topup_code c ON c.lot_id = l.id GROUP BY l.id
HAVING CASE WHEN l.withdrawn_at IS NULL THEN l.imported ELSE 0 END <> count(c.id) OR count(c.id) FILTER (
    WHERE (c.status = 'left') <> (SELECT count(*) = 1 FROM topup_sale s WHERE s.code_id = c.id AND s.undone_at IS NULL)
) > 0
ORDER BY l.id LIMIT 20
"""
# What was paid in one go is what its entries say.
_CHECKOUTS = """
SELECT c.id, c.relais_id, c.person_cents + c.structure_cents AS paid, e.cents AS entered
FROM till_checkout c JOIN (
    SELECT relais_id, details->>'checkout' AS checkout, sum(person_cents + structure_cents) AS cents,
        sum(structure_cents) AS structures
    FROM till_entry WHERE kind IN ('sale', 'gift') AND details ? 'checkout' GROUP BY 1, 2
) e ON e.relais_id = c.relais_id AND e.checkout = c.id::text
WHERE c.person_cents + c.structure_cents <> e.cents OR c.structure_cents <> e.structures
ORDER BY c.relais_id, c.id LIMIT 20
"""

MONEY = (
    Law("distribute", _CHAIN, "L'écriture {sequence} de la caisse {relais_id} ne suit pas celle d'avant."),
    Law(
        "distribute",
        _OPPOSITES,
        "L'écriture {sequence} de la caisse {relais_id} n'est pas l'inverse de l'écriture {undoes}.",
    ),
    Law(
        "distribute",
        _HANDOVERS,
        "Le reçu {receipt} de la caisse {relais_id} : {handed} centimes de remises et {entered} au journal.",
    ),
    Law(
        "distribute",
        _RECEIPTS,
        "Le reçu {receipt} de la caisse {relais_id} est à la place {place} : un numéro manque ou revient.",
    ),
    Law(
        "distribute",
        _CLOSINGS,
        "La clôture {sequence} de la caisse {relais_id} dit {said} centimes dont {expected} en espèces, "
        "ses écritures font {covered} dont {cash}.",
    ),
    Law(
        "distribute",
        _TOPUPS,
        "La recharge du reçu {receipt} de la caisse {relais_id} : {handed} centimes remis et {entered} au journal.",
    ),
    Law(
        "distribute",
        _CODES,
        "Le lot de recharges {lot_id} : {imported} codes importés, {codes} quelque part, dont {strange} sans la remise "
        "que leur place dit.",
    ),
    Law(
        "distribute",
        _CHECKOUTS,
        "Le panier {id} de la caisse {relais_id} : {paid} centimes payés et {entered} au journal.",
    ),
)
