"""Every router of the service: API and pages. Loaded by the api process only."""

from refurbish.agreements import pages as agreement_pages
from refurbish.aliases import api as aliases
from refurbish.aliases import pages as alias_pages
from refurbish.arrivals import api as arrivals
from refurbish.arrivals import pages as arrival_pages
from refurbish.arrivals.mismatches import api as mismatches
from refurbish.arrivals.mismatches import pages as mismatch_pages
from refurbish.arrivals.pallets import api as pallets
from refurbish.arrivals.pallets import pages as pallet_pages
from refurbish.arrivals.remarks import api as remarks
from refurbish.arrivals.remarks import pages as remark_pages
from refurbish.audits import api as audits
from refurbish.audits import pages as audit_pages
from refurbish.bench import api as bench
from refurbish.bench import pages as bench_pages
from refurbish.bulk import api as bulks
from refurbish.bulk import pages as bulk_pages
from refurbish.corrections import api as corrections
from refurbish.corrections import pages as correction_pages
from refurbish.demand import api as demand
from refurbish.demand import pages as demand_pages
from refurbish.devices import api as devices
from refurbish.erasure import api as erasure
from refurbish.erasure import pages as erasure_pages
from refurbish.erasure.exits import api as exits
from refurbish.erasure.exits import pages as exit_pages
from refurbish.erasure.reports import api as reports
from refurbish.erasure.verifications import api as verifications
from refurbish.erasure.verifications import pages as verification_pages
from refurbish.grading import api as grading
from refurbish.grading import pages as grading_pages
from refurbish.how_to import api as how_tos
from refurbish.how_to import pages as how_to_pages
from refurbish.installs import api as installs
from refurbish.installs import pages as install_pages
from refurbish.labels import api as labels
from refurbish.labels import pages as label_pages
from refurbish.looks import api as looks
from refurbish.looks import pages as look_pages
from refurbish.merges import api as merges
from refurbish.merges import pages as merge_pages
from refurbish.moving_in import api as moving_in
from refurbish.parcels import pages as parcel_pages
from refurbish.parts import api as parts
from refurbish.parts import pages as part_pages
from refurbish.photos import api as photos
from refurbish.photos import pages as photo_pages
from refurbish.recalls import api as recalls
from refurbish.recalls import pages as recall_pages
from refurbish.regrading import api as regrading
from refurbish.regrading import pages as regrading_pages
from refurbish.repairs import api as repairs
from refurbish.repairs import pages as repair_pages
from refurbish.steering import pages as steering_pages
from refurbish.test_sheets import api as tests
from refurbish.test_sheets import pages as test_pages
from refurbish.today import pages as today_pages
from refurbish.waste import api as waste
from refurbish.waste import pages as waste_pages
from refurbish.workshops import api as workshops
from refurbish.workshops import pages as workshop_pages
from refurbish.workshops.periods import api as periods
from refurbish.workshops.periods import pages as period_pages

ROUTERS = [
    workshops.router,
    periods.router,
    how_tos.router,
    moving_in.router,
    arrivals.router,
    arrivals.scans,
    arrivals.arrived,
    mismatches.router,
    devices.router,
    aliases.router,
    remarks.router,
    pallets.router,
    labels.router,
    corrections.router,
    bench.router,
    bulks.router,
    erasure.router,
    reports.router,
    exits.router,
    verifications.router,
    audits.router,
    audits.pushed,
    tests.router,
    parts.router,
    parts.of_devices,
    repairs.router,
    repairs.sums,
    installs.router,
    looks.router,
    photos.router,
    recalls.router,
    merges.router,
    grading.router,
    regrading.router,
    waste.router,
    demand.router,
    today_pages.router,
    parcel_pages.router,
    steering_pages.router,
    agreement_pages.router,
    arrival_pages.router,
    arrival_pages.scripts,
    bench_pages.router,
    bench_pages.printed,
    bulk_pages.router,
    alias_pages.router,
    remark_pages.router,
    pallet_pages.router,
    label_pages.router,
    correction_pages.router,
    erasure_pages.router,
    exit_pages.router,
    verification_pages.router,
    audit_pages.router,
    test_pages.router,
    part_pages.router,
    part_pages.of_devices,
    repair_pages.router,
    repair_pages.sums,
    install_pages.router,
    look_pages.router,
    photo_pages.router,
    recall_pages.router,
    merge_pages.router,
    grading_pages.router,
    regrading_pages.router,
    waste_pages.router,
    mismatch_pages.router,
    demand_pages.router,
    how_to_pages.router,
    workshop_pages.router,
    period_pages.router,
]
