"""The topics that collect owns."""

from filiere.kafka import Topic

TOPICS = [
    Topic("collect.donations", "donation_id", "A donation is declared, answered and scheduled."),
    Topic("collect.lots", "lot_id", "A lot is sealed at the pickup and sent to a workshop, with its manifest."),
]
