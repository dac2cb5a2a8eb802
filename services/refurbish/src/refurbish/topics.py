"""The topics that refurbish owns."""

from datetime import timedelta

from filiere.kafka import Topic

YEAR = timedelta(days=365)

TOPICS = [
    Topic("refurbish.lots", key="lot_id", description="Arrival and count of lots.", retention=YEAR),
    Topic("refurbish.devices", key="device_id", description="What the workshop does to each device.", retention=YEAR),
    Topic(
        "refurbish.workshops",
        key="workshop_id",
        description="What each workshop can take in a week.",
        retention=None,
        compacted=True,
    ),
]
