"""Prices to the cent: what a line of an order keeps is what the list in force on its day says, or a campaign."""

from stack.audit.laws import Law

# A price that was added to a line later says its own list and day. Below the list stands what a ceiling brought down,
# and what a campaign's terms leave of it: those of a version that was published by then.
_QUOTED = """
SELECT 'R-' || o.number AS reference, q.category, q.tier, q.grade, q.cents, q.list, q.listed FROM (
    SELECT l.order_id, l.position, l.category AS own, l.ceiling_cents, e ->> 'category' AS category,
        e ->> 'tier' AS tier, e ->> 'grade' AS grade, (e ->> 'cents')::int AS cents,
        coalesce(e ->> 'price_list', l.price_list) AS list, coalesce((e ->> 'on')::date, l.priced_on) AS day,
        p.valid_from, (p.prices #>> ARRAY[e ->> 'category', e ->> 'tier', e ->> 'grade'])::int AS listed,
        e ->> 'campaign' AS campaign
    FROM order_line l CROSS JOIN LATERAL jsonb_array_elements(l.prices) e
    LEFT JOIN price_list p ON p.status = 'published'
        AND coalesce(p.name, 'prices_v' || p.version) = coalesce(e ->> 'price_list', l.price_list)
) q JOIN relais_order o ON o.id = q.order_id
WHERE q.tier = 'gift' AND q.cents <> 0 OR q.tier <> 'gift' AND (
    q.listed IS NULL OR q.valid_from > q.day OR NOT EXISTS (
        SELECT 1 FROM (
            SELECT 100 AS percent WHERE q.campaign IS NULL
            UNION ALL SELECT CASE v.terms ->> 'pricing' WHEN 'gift' THEN 0
                WHEN 'reduced' THEN (v.terms ->> 'price_percent')::int ELSE 100 END
            FROM campaign c JOIN campaign_version v ON v.campaign_id = c.id
            WHERE c.name = q.campaign AND (v.published_at AT TIME ZONE 'UTC')::date <= q.day
        ) terms
        WHERE q.cents <= q.listed * percent / 100 AND (q.cents = q.listed * percent / 100
            OR q.cents = q.ceiling_cents * percent / 100 OR q.category <> q.own)))
ORDER BY o.number, q.position LIMIT 20
"""
# One list begins on a day, and none before the day on which it was published is over.
_LISTS = """
SELECT coalesce(p.name, 'prices_v' || p.version) AS list, p.valid_from AS day FROM price_list p
WHERE p.status = 'published' AND (EXISTS (
    SELECT 1 FROM price_list o WHERE o.id <> p.id AND o.status = 'published' AND o.valid_from = p.valid_from)
    OR p.name IS NULL AND p.valid_from < p.published_at AT TIME ZONE 'UTC')
ORDER BY p.valid_from, 1 LIMIT 20
"""

PRICES = (
    Law(
        "distribute",
        _QUOTED,
        "La commande {reference} garde {cents} centimes ({category}, {tier}, {grade}), la liste {list} dit {listed}.",
    ),
    Law("distribute", _LISTS, "La liste {list} commence le {day} : une autre aussi, ou elle n'était pas publiée."),
)
