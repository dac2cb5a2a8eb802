"""Money, dates and numbers in words, in the language of the request. Filters of every template."""

from datetime import date, datetime, timedelta

from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal

from filiere.calendar import PARIS, day_of, now, today
from filiere.web.i18n import gettext, language, locale


def money(cents: int) -> str:
    """Euro cents → « 60 € », « 12,50 € »: whole euros without decimals."""
    pattern = None if cents % 100 else ("#,##0\u00a0¤" if language() == "fr" else "¤#,##0")
    return format_currency(cents / 100, "EUR", format=pattern, locale=locale(), currency_digits=bool(cents % 100))


def number(value: float, digits: int = 0) -> str:
    """« 1 940 », « 4,2 » (at most `digits` decimals)."""
    return format_decimal(value, format="#,##0" + ("." + "#" * digits if digits else ""), locale=locale())


def day(value: date | datetime) -> str:
    """« 3 novembre », with the year when it is not this one."""
    local = day_of(value) if isinstance(value, datetime) else value
    return _written(local, "d MMMM" if local.year == today().year else "d MMMM y")


def full_day(value: date | datetime) -> str:
    """« 1er janvier 2026 », for what is kept and read again in another year."""
    return _written(day_of(value) if isinstance(value, datetime) else value, "d MMMM y")


def weekday_fr(value: date) -> str:
    """« dimanche 1er février 2026 », for a sentence that is French in every language of the page."""
    text = format_date(value, format="EEEE d MMMM y", locale="fr")
    return text.replace(" 1 ", " 1er ", 1)


def weekday(value: date) -> str:
    """« mardi 1er décembre », of a day that somebody must keep free."""
    return f"{format_date(value, format='EEEE', locale=locale())} {day(value)}"


def short_day(value: date | datetime) -> str:
    """« 14 nov. », for beads of the thread."""
    local = day_of(value) if isinstance(value, datetime) else value
    return _written(local, "d MMM" if local.year == today().year else "d MMM y")


def _written(value: date, pattern: str) -> str:
    """In French the first of a month is « 1er », and only the first."""
    text = format_date(value, format=pattern, locale=locale())
    return f"1er{text[1:]}" if value.day == 1 and language() == "fr" else text


def moment(value: datetime) -> str:
    """« hier, 10 h 12 », « aujourd'hui, 9 h 05 », « 3 novembre, 14 h 30 »."""
    local = _local(value)
    if language() == "fr":
        hour = f"{local.hour}\u00a0h\u00a0{local.minute:02d}"
    else:
        hour = format_time(local, format="HH:mm", locale=locale())
    days = (today() - local.date()).days
    if days == 0:
        when = gettext("aujourd'hui")
    elif days == 1:
        when = gettext("hier")
    else:
        when = day(local)
    return f"{when}, {hour}"


def iso(value: date | datetime) -> str:
    """Machine form, for `<time datetime>`."""
    return value.isoformat()


def ago(value: datetime) -> timedelta:
    return now() - value


def _local(value: datetime) -> datetime:
    return value.astimezone(PARIS)


FILTERS = {
    "money": money,
    "number": number,
    "day": day,
    "weekday": weekday,
    "full_day": full_day,
    "short_day": short_day,
    "moment": moment,
    "iso": iso,
}
