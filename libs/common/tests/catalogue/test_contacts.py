"""Telephones and e-mails in texts that name a thing; versions, serials and models are none."""

import pytest
from filiere.catalogue.contacts import about_nobody, without_contacts


@pytest.mark.parametrize(
    "text", ["nwipe de Marie, 06 12 34 56 78", "0612345678", "+33 6 12 34 56 78", "marie@exemple.fr", "01.23.45.67.89"]
)
def test_somebody_s_contact_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="téléphone") as refused:
        without_contacts(text)
    assert text not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "nwipe 0.34",
        "5.15.0-91-generic",
        "2024.11.30",
        "S4NSSD0612345678A",
        "WD-WX11A0123456",
        "NVMe format, crypto erase",
        "0x5000c500a1b2c3d4",
    ],
)
def test_a_program_a_version_and_a_serial_are_kept(text: str) -> None:
    assert without_contacts(text) == text


@pytest.mark.parametrize("text", ["rendu à Mme Dupont", "appeler M. Élie", "0612345678", "vu par marie@exemple.fr"])
def test_a_word_of_the_bench_is_about_nobody(text: str) -> None:
    with pytest.raises(ValueError, match="jamais sur une personne") as refused:
        about_nobody(text)
    assert text not in str(refused.value)


@pytest.mark.parametrize("text", ["Vis M2 manquante", "carte M.2 NVMe", "monsieur muscle pour la coque", "charnière"])
def test_a_word_about_a_device_is_kept(text: str) -> None:
    assert about_nobody(text) == text
