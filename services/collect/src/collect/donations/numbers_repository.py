"""By which numbers a device is the same again: its serial, and each IMEI that it has besides. Parts of queries."""

IS_IMEI = "~ '^[0-9]{15}$'"
"""Of a column, that its number is one of a telephone."""


# every tenant: a part of queries that name the donor
def known_by_number(mine: str, key: str, donor: str, where: str, *, in_one_sweep: bool = False) -> str:
    """(row, number, first, donation_id, position) of the donor's accepted lines that share a number with `mine`,
    some more than once; `first`: whether the number is the one that identifies the line of `mine`.

    `mine`: a table of judged lines, `where` (of `x`) which of them, `key` what names one. Each number is looked up in
    an index; `in_one_sweep` compares all with all of the donor's at once, for many.
    """
    numbers = f"""(SELECT x.{key} AS row, x.serial, unnest(array_prepend(x.serial, x.imeis)) AS number FROM {mine} x
        WHERE {where} AND (x.imeis <> '{{}}' OR x.serial {IS_IMEI}))"""
    besides = f"""(SELECT donation_id, position, unnest(imeis) AS imei FROM donation_line
        WHERE donor_id = {donor} AND verdict = 'accepted' AND imeis <> '{{}}') l ON l.imei = n.number"""
    if not in_one_sweep:
        besides = f"""donation_line l ON l.donor_id = {donor} AND l.verdict = 'accepted'
        AND l.imeis <> '{{}}' AND l.imeis @> ARRAY[n.number]"""
    return f"""
    SELECT x.{key} AS row, x.serial AS number, true AS first, l.donation_id, l.position
    FROM {mine} x JOIN donation_line l ON l.donor_id = {donor} AND l.verdict = 'accepted' AND l.serial = x.serial
    WHERE {where}
    UNION ALL
    SELECT n.row, n.number, n.number = n.serial, l.donation_id, l.position
    FROM {numbers} n JOIN donation_line l ON l.donor_id = {donor} AND l.verdict = 'accepted' AND l.serial = n.number
    UNION ALL
    SELECT n.row, n.number, n.number = n.serial, l.donation_id, l.position FROM {numbers} n JOIN {besides}
    """
