"""The topics that distribute owns."""

from filiere.kafka import Topic

TOPICS = [
    Topic("distribute.orders", "order_id", "The life of an order, from its placing to its closing."),
    Topic("distribute.devices", "device_id", "Promises, travel and handover of each device."),
    Topic(
        "distribute.demand",
        "category:grade:territory",
        "Devices that approved orders still wait for; the newest value per key.",
        retention=None,
        compacted=True,
    ),
    Topic(
        "distribute.prices",
        "price_list_id",
        "Price lists that are published, and those withdrawn before their day; the last word about each.",
        retention=None,
        compacted=True,
    ),
    Topic(
        "distribute.campaigns",
        "campaign_id",
        "Campaigns that are published, revised, closed or cancelled; the last word about each.",
        retention=None,
        compacted=True,
    ),
    Topic(
        "distribute.relais",
        "relais_id",
        "Each Relais and where its agreement stands; the newest per key.",
        retention=None,
        compacted=True,
    ),
    Topic("distribute.topups", "offer_id", "Codes of operators' offers: taken in, sent, handed over, given back."),
]
