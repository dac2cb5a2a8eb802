"""Every route of collect, in the order they are matched."""

from collect.appeals.api import router as appeals
from collect.appeals.pages import router as appeal_pages
from collect.attachments.api import router as attachments
from collect.attachments.pages import router as attachment_pages
from collect.devices.api import router as devices
from collect.documents.api import router as documents
from collect.donations.api import router as donations
from collect.donations.devices_api import router as donation_devices
from collect.donors.api import router as donors
from collect.donors.edit_pages import router as donor_edit_pages
from collect.donors.pages import router as donor_pages
from collect.epcis.api import router as epcis
from collect.epcis.pages import router as epcis_pages
from collect.imports.api import router as imports
from collect.imports.column_pages import router as column_pages
from collect.imports.pages import router as import_pages
from collect.inbox.api import router as inbox
from collect.inbox.pages import router as inbox_pages
from collect.joining.api import router as joining
from collect.joining.pages import router as joining_pages
from collect.labels.pages import router as label_pages
from collect.lots.api import router as lots
from collect.lots.count_pages import router as count_pages
from collect.lots.pages import router as lot_pages
from collect.moving_in.api import router as moving_in
from collect.network.api import router as network
from collect.network.pages import router as network_pages
from collect.packing.api import router as packing
from collect.packing.pages import router as packing_pages
from collect.passports.api import router as passports
from collect.passports.pages import router as passport_pages
from collect.pickups.api import router as pickups
from collect.screens.devices import router as device_pages
from collect.screens.documents import router as document_pages
from collect.screens.donations import router as donation_pages
from collect.screens.draft_files import router as draft_file_pages
from collect.screens.drafts import router as draft_pages
from collect.screens.lines import router as line_pages
from collect.screens.missing import router as missing_pages
from collect.screens.pickups import router as pickup_pages
from collect.screens.taken_back import router as taken_back_pages
from collect.screens.words import router as word_pages
from collect.wanted.api import router as wanted
from collect.wanted.pages import router as wanted_pages
from collect.webhooks.api import router as webhooks
from collect.webhooks.pages import router as webhook_pages
from collect.workshops.api import router as workshops
from collect.workshops.pages import router as workshop_pages

ROUTERS = [
    *(
        inbox,
        network,
        wanted,
        appeals,
        imports,
        donations,
        attachments,
        donation_devices,
        documents,
        devices,
        passports,
        pickups,
        packing,
        lots,
        workshops,
        donors,
    ),
    webhooks,
    moving_in,
    joining,
    epcis,
    *(
        inbox_pages,
        network_pages,
        wanted_pages,
        appeal_pages,
        import_pages,
        column_pages,
        draft_pages,
        draft_file_pages,
        taken_back_pages,
        word_pages,
        donation_pages,
        line_pages,
        missing_pages,
        pickup_pages,
        packing_pages,
        document_pages,
        epcis_pages,
        passport_pages,
        device_pages,
        label_pages,
        attachment_pages,
        lot_pages,
        count_pages,
        workshop_pages,
        donor_pages,
        donor_edit_pages,
        webhook_pages,
        joining_pages,
    ),
]
