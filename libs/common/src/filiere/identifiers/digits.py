"""Numbers that people read, as the database writes them."""


def digits_sql(number: str, width: int) -> str:
    """SQL of a number (a column's name) with zeros before it: `lpad` alone cuts the digits of a larger one."""
    return f"lpad({number}::text, greatest({width}, length({number}::text)), '0')"
