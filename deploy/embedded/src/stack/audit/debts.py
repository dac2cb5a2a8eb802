"""What Relais owe the network, to the cent: each debt against its sale, its invoice, what was paid of it."""

from stack.audit.laws import Law

# A debt of a sale is its share of the entry; a credit that of what the minus entry takes back.
_OF_SALES = """
SELECT r.name, d.receipt, d.amount_cents AS said,
    sign(e.person_cents + e.structure_cents)::int
    * ((abs(e.person_cents + e.structure_cents) * d.percent + 50) / 100) AS share
FROM due d JOIN relais r ON r.id = d.relais_id
LEFT JOIN till_entry e ON e.relais_id = d.relais_id AND e.sequence = d.sequence
WHERE d.kind IN ('sale', 'undo') AND (e.sequence IS NULL OR d.amount_cents
    <> sign(e.person_cents + e.structure_cents)::int
    * ((abs(e.person_cents + e.structure_cents) * d.percent + 50) / 100))
ORDER BY d.id LIMIT 20
"""
# What is taken back of a sale that was owed for is credited, and no more than it was.
_CREDITS = """
SELECT r.name, d.label, d.amount_cents AS owed, coalesce(-c.amount_cents, 0) AS credited
FROM due d JOIN relais r ON r.id = d.relais_id LEFT JOIN due c ON c.reverses = d.id
WHERE d.reverses IS NULL AND (
    c.id IS NOT NULL AND (c.relais_id <> d.relais_id OR c.amount_cents NOT BETWEEN -d.amount_cents AND 0
        OR c.kind IN ('gone', 'corrected') AND c.amount_cents <> -d.amount_cents)
    OR c.id IS NULL AND (EXISTS (
            SELECT 1 FROM till_entry e WHERE e.relais_id = d.relais_id AND e.undoes = d.sequence)
        OR d.kind = 'received' AND NOT EXISTS (
            SELECT 1 FROM stock_item s WHERE s.device_id = d.device_id AND s.relais_id = d.relais_id
            AND s.status IN ('delivered', 'lent', 'handed_over'))))
ORDER BY d.id LIMIT 20
"""
# What a Relais owed before is due as it was said, and open under its own number where it was invoiced before.
_CARRIED = """
SELECT r.name, coalesce(nullif(c.reference, ''), c.what_for) AS what, c.amount_cents AS said,
    coalesce(d.amount_cents, 0) AS due, coalesce(n.total_cents, 0) AS open
FROM carried_over c JOIN relais r ON r.id = c.relais_id LEFT JOIN carried_over o ON o.id = c.corrects
LEFT JOIN due d ON d.id = c.due_id AND d.relais_id = c.relais_id LEFT JOIN invoice n ON n.id = c.id
WHERE d.amount_cents IS DISTINCT FROM c.amount_cents OR o.amount_cents <> -c.amount_cents
    OR o.due_id IS DISTINCT FROM d.reverses OR c.due_on IS NOT NULL AND n.total_cents IS DISTINCT FROM c.amount_cents
ORDER BY c.id LIMIT 20
"""
_CARRIED_DUES = """
SELECT r.name, d.label, d.amount_cents AS said FROM due d JOIN relais r ON r.id = d.relais_id
WHERE d.kind IN ('carried', 'corrected') AND NOT EXISTS (SELECT 1 FROM carried_over c WHERE c.due_id = d.id)
ORDER BY d.id LIMIT 20
"""
_INVOICES = """
SELECT CASE n.year WHEN 0 THEN 'R' ELSE 'F' || n.year END || '-'
    || lpad(n.serial::text, greatest(4, length(n.serial::text)), '0') AS number,
    n.total_cents AS said, coalesce(sum(d.amount_cents), 0) AS lines, n.place
FROM (SELECT *, row_number() OVER (PARTITION BY year ORDER BY serial) AS place FROM invoice) n
LEFT JOIN invoice_line x ON x.invoice_id = n.id LEFT JOIN due d ON d.id = x.due_id AND d.relais_id = n.relais_id
GROUP BY n.id, n.year, n.serial, n.total_cents, n.place
HAVING n.total_cents <> coalesce(sum(d.amount_cents), 0) OR n.serial <> n.place
ORDER BY n.year, n.serial LIMIT 20
"""
# What pays an invoice is no more than it, nor than what was received or credited; taken back, it pays nothing.
_SETTLEMENTS = """
SELECT r.name, what, settled, most FROM (
    SELECT n.relais_id, 'la facture ' || n.year || '-' || n.serial AS what, sum(s.amount_cents) AS settled,
        greatest(n.total_cents, 0) AS most
    FROM settlement s JOIN invoice n ON n.id = s.invoice_id GROUP BY n.id
    UNION ALL
    SELECT n.relais_id, 'l''avoir ' || n.year || '-' || n.serial, sum(s.amount_cents), greatest(-n.total_cents, 0)
    FROM settlement s JOIN invoice n ON n.id = s.credit_note_id GROUP BY n.id
    UNION ALL
    SELECT p.relais_id, 'le paiement du ' || p.received_on, sum(s.amount_cents),
        CASE WHEN EXISTS (SELECT 1 FROM payment u WHERE u.undoes = p.id) THEN 0 ELSE p.amount_cents END
    FROM settlement s JOIN payment p ON p.id = s.payment_id GROUP BY p.id
) x JOIN relais r ON r.id = x.relais_id WHERE settled NOT BETWEEN 0 AND most ORDER BY r.name, what LIMIT 20
"""
_PAYMENTS = """
SELECT r.name, u.received_on, u.amount_cents AS back, p.amount_cents AS paid FROM payment u
JOIN relais r ON r.id = u.relais_id LEFT JOIN payment p ON p.id = u.undoes
WHERE u.undoes IS NOT NULL AND (p.id IS NULL OR p.relais_id <> u.relais_id OR u.amount_cents <> -p.amount_cents)
ORDER BY u.recorded_at LIMIT 20
"""
# What is kept as left to pay or to use is what is left.
_LEFT = """
SELECT r.name, m.what, coalesce(l.left_cents, 0) AS said, m.cents FROM (
    SELECT relais_id, id, max(what) AS what, sum(cents)::bigint AS cents FROM (
        SELECT relais_id, id, 'la facture ' || year || '-' || serial AS what, abs(total_cents) AS cents FROM invoice
        UNION ALL SELECT relais_id, coalesce(undoes, id), 'le paiement du ' || received_on, amount_cents FROM payment
        UNION ALL SELECT relais_id, invoice_id, NULL, -amount_cents FROM settlement
        UNION ALL SELECT relais_id, coalesce(payment_id, credit_note_id), NULL, -amount_cents FROM settlement
    ) x GROUP BY relais_id, id
) m JOIN relais r ON r.id = m.relais_id LEFT JOIN money_left l ON l.id = m.id
WHERE coalesce(l.left_cents, 0) <> m.cents ORDER BY r.name, m.what LIMIT 20
"""

DEBTS = (
    Law("distribute", _OF_SALES, "{name} : la dette du reçu {receipt} est de {said} centimes, sa part fait {share}."),
    Law("distribute", _CREDITS, "{name} : {label} est dû {owed} centimes, et l'avoir est de {credited}."),
    Law(
        "distribute",
        _CARRIED,
        "{name} : la dette d'avant {what} dit {said} centimes, il en est dû {due}, et {open} à payer sous son numéro.",
    ),
    Law("distribute", _CARRIED_DUES, "{name} : {label} est dû {said} centimes d'avant, que personne n'a dits."),
    Law(
        "distribute",
        _INVOICES,
        "La facture {number} dit {said} centimes et ses lignes {lines}, à la place {place} de l'année.",
    ),
    Law("distribute", _SETTLEMENTS, "{name} : {what} est réglé de {settled} centimes sur {most}."),
    Law("distribute", _PAYMENTS, "{name} : le paiement du {received_on} est repris de {back} centimes sur {paid}."),
    Law("distribute", _LEFT, "{name} : {what} garde {said} centimes à payer ou à utiliser au lieu de {cents}."),
)
