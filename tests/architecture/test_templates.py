"""What a browser would quietly read otherwise than it is written."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
_PARAGRAPH = re.compile(r"<p\b[^>]*>(.*?)</p>", re.DOTALL)
# A browser ends the paragraph where one of these begins: its class, and the line that it makes, are lost.
_ENDS_IT = re.compile(
    r"<(?:form|div|ul|ol|dl|table|section|p|h\d|fieldset|details)\b|ui\.(?:confirm|form|post_button)\b"
)


def test_no_paragraph_holds_a_form() -> None:
    templates = [*ROOT.glob("libs/*/src/**/*.html"), *ROOT.glob("services/*/src/**/*.html")]
    assert len(templates) > 100
    assert [
        f"{template.relative_to(ROOT)}: {found[0][:90]}"
        for template in templates
        for found in _PARAGRAPH.finditer(template.read_text())
        if _ENDS_IT.search(found[1])
    ] == []
