"""The workshops: the wipe gate asked again from the evidence, disks that are gone, parts, waste, questions."""

from stack.audit.laws import Law

OLD_PROOF = "L'équipement {label} est prêt avec l'effacement d'avant son retour : reprenez-le à l'établi."
# Ready devices that came back recalled and kept the proof of that cycle, with the days between which it was outside.
RECALLED_READY = """
SELECT d.id, d.label, p.left_at, p.ended_at FROM device d
JOIN complaint k ON k.device_id = d.id AND k.fault = 'recalled'
JOIN past_cycle p ON p.device_id = d.id AND p.cycle = k.cycle
WHERE d.stage = 'ready' AND EXISTS (
    SELECT 1 FROM storage_medium m JOIN erasure e ON e.id = m.wiped_by
    WHERE m.device_id = d.id AND m.gone_by IS NULL AND e.level <> 'destroy' AND e.cycle <= k.cycle)
ORDER BY d.label
"""
# When somebody had it: handed over, or lent to a place, where it is used.
HAD = """
SELECT device_id, at FROM till_entry WHERE kind IN ('sale', 'gift') AND device_id = ANY($1::uuid[])
UNION ALL SELECT x.device_id, l.opened_at FROM loan_item x JOIN loan l ON l.id = x.loan_id
WHERE l.kind = 'place' AND x.device_id = ANY($1::uuid[])
"""

_READY_UNWIPED = """
SELECT d.id, d.label, m.serial FROM device d JOIN storage_medium m ON m.device_id = d.id
WHERE d.stage IN ('ready', 'left') AND m.gone_by IS NULL AND NOT EXISTS (
    SELECT 1 FROM erasure e WHERE e.medium_id = m.id AND e.medium_serial = m.serial
    AND e.result = 'success'
    AND (e.verified OR EXISTS (SELECT 1 FROM verification v WHERE v.erasure_id = e.id AND v.confirmed))
    AND (m.kind = 'hdd' OR e.level IN ('purge', 'destroy'))
)
"""
_USED_SINCE = """
SELECT d.id, d.label, m.serial FROM device d JOIN storage_medium m ON m.device_id = d.id
WHERE m.gone_by IS NULL AND (d.stage = 'ready' OR (d.stage = 'left' AND d.wipe_from <= d.cycle)) AND NOT EXISTS (
    SELECT 1 FROM erasure e WHERE e.id = m.wiped_by AND (e.cycle >= d.wipe_from OR e.level = 'destroy')
)
ORDER BY d.label LIMIT 20
"""
# What had come back before erasures counted per cycle: its release asks a person to take it back to the bench. What was
# recalled may have lain on a Relais' shelf, where nobody had it: `conservation` asks the Relais' own journal.
_OLD_PROOF = """
SELECT d.label FROM device d
WHERE d.stage = 'ready' AND EXISTS (SELECT 1 FROM complaint k WHERE k.device_id = d.id AND k.cycle >= d.wipe_from
        AND k.fault <> 'recalled')
    AND EXISTS (SELECT 1 FROM storage_medium m JOIN erasure e ON e.id = m.wiped_by
        WHERE m.device_id = d.id AND m.gone_by IS NULL AND e.level <> 'destroy')
ORDER BY d.label LIMIT 20
"""
_READY_WITHOUT_WORD_ON_STORAGE = """
SELECT d.id, d.label FROM device d
WHERE d.stage IN ('ready', 'left') AND d.category IN ('laptop', 'desktop', 'smartphone', 'tablet') AND NOT d.no_storage
AND NOT EXISTS (SELECT 1 FROM storage_medium m WHERE m.device_id = d.id AND m.gone_by IS NULL)
"""
_GONE_ALONE = """
SELECT d.label, m.serial FROM storage_medium m JOIN device d ON d.id = m.device_id
WHERE m.gone_by IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM medium_exit x JOIN exit_answer a ON a.exit_id = x.id
    WHERE x.id = m.gone_by AND x.medium_id = m.id AND a.confirmed AND a.answered_by <> x.asked_by)
ORDER BY d.label LIMIT 20
"""
# What was moved or put in before its number was asked for.
_PUT_IN_UNSEEN = """
SELECT d.label FROM medium_exit x JOIN exit_answer a ON a.exit_id = x.id AND a.confirmed
JOIN storage_medium m ON m.id = x.medium_id JOIN device d ON d.label = x.went_to AND d.workshop_id = x.workshop_id
WHERE x.reason = 'reused' AND NOT EXISTS (SELECT FROM waste_exit_device w WHERE w.device_id = d.id)
    AND NOT EXISTS (SELECT FROM storage_medium t WHERE t.device_id = d.id AND t.serial = m.serial)
UNION
SELECT d.label FROM part p JOIN repair r ON r.part_id = p.id JOIN device d ON d.id = r.device_id
WHERE p.kind IN ('ssd', 'hdd', 'storage') AND NOT EXISTS (SELECT FROM waste_exit_device w WHERE w.device_id = d.id)
    AND CASE WHEN r.disk_serial IS NULL THEN NOT EXISTS (SELECT FROM storage_medium t
            WHERE t.device_id = d.id AND t.declared_at >= r.repaired_at - interval '1 day')
        ELSE NOT EXISTS (SELECT FROM storage_medium t WHERE t.device_id = d.id AND t.serial = r.disk_serial) END
ORDER BY 1 LIMIT 20
"""
_PARTS = """
SELECT p.id, p.used, coalesce(sum(r.pieces), 0) AS taken FROM part p LEFT JOIN repair r ON r.part_id = p.id
GROUP BY p.id HAVING p.used <> coalesce(sum(r.pieces), 0) ORDER BY p.id LIMIT 20
"""
_WASTE = """
SELECT d.label, d.stage FROM device d
WHERE d.stage <> 'withdrawn'
    AND (d.merged_into IS NOT NULL OR EXISTS (SELECT 1 FROM waste_exit_device w WHERE w.device_id = d.id))
ORDER BY d.label LIMIT 20
"""
_LEFT_OR_HERE = """
SELECT label, stage, custody FROM device WHERE (stage = 'left') <> (custody = 'shipped') ORDER BY label
LIMIT 20
"""

BENCH = (
    Law("refurbish", _READY_UNWIPED, "L'équipement {label} est prêt sans effacement prouvé du support {serial}."),
    Law("refurbish", _USED_SINCE, "L'équipement {label} a servi, et son support {serial} n'a pas été effacé depuis."),
    Law(
        "refurbish",
        _OLD_PROOF,
        OLD_PROOF,
    ),
    Law(
        "refurbish",
        _READY_WITHOUT_WORD_ON_STORAGE,
        "L'équipement {label} est prêt et personne n'a rien dit de ses supports.",
    ),
    Law("refurbish", _GONE_ALONE, "Le support {serial} de {label} est sorti sans que deux personnes l'aient vu."),
    Law(
        "refurbish",
        _PUT_IN_UNSEEN,
        "Un disque a été mis dans {label}, qui ne le déclare pas : déclarez-le et effacez-le (voir « Pilotage »).",
    ),
    Law("refurbish", _PARTS, "La pièce {id} compte {used} prises, les réparations en disent {taken}."),
    Law("refurbish", _WASTE, "L'équipement {label} est sorti en déchet ou compté ailleurs, et il est « {stage} »."),
    Law("refurbish", _LEFT_OR_HERE, "L'équipement {label} est « {stage} » et gardé par « {custody} »."),
)
