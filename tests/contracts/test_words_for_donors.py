"""What workshops say of a device in a closed list, its donor reads in English too: collect has the words of refurbish."""

from pathlib import Path

import collect
from filiere.web.i18n import WEB_LOCALES, Catalogue
from refurbish.devices.withdrawal_reasons import WithdrawalReason
from refurbish.test_sheets.checklists import checklists

SAME = {"Bluetooth", "Wi-Fi"}


def test_reasons_and_points_of_workshops_have_their_english_at_collect() -> None:
    english = Catalogue([WEB_LOCALES, Path(collect.__file__).parent / "locales"])
    said = {reason.sentence for reason in WithdrawalReason}
    said |= {point.name for points in checklists().lists.values() for point in points}
    assert {text for text in said if english.told(text) == text} - SAME == set()
