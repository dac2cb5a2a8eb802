"""Every router of the service: API and pages. Loaded by the api process only."""

from distribute import home
from distribute.after_sale import api as after_sale
from distribute.after_sale import case_pages
from distribute.after_sale import pages as after_sale_pages
from distribute.allocation import api as allocation
from distribute.allocation import pages as allocation_pages
from distribute.allocation.proposals import api as proposals
from distribute.allocation.proposals import comparison_pages, export_pages, rule_pages
from distribute.allocation.proposals import pages as proposals_pages
from distribute.applications import answer_pages as application_answers
from distribute.applications import api as applications
from distribute.applications import pages as application_pages
from distribute.campaign_accounts import pages as campaign_accounts_pages
from distribute.campaign_invitations import pages as campaign_invitations_pages
from distribute.campaign_office import api as campaigns
from distribute.campaign_office import joining_pages as campaign_joining_pages
from distribute.campaign_office import one_pages as campaign_pages
from distribute.campaign_office import pages as campaigns_pages
from distribute.campaign_office import report_pages as campaign_report_pages
from distribute.campaign_stock import api as campaign_stock
from distribute.closings import api as closings
from distribute.closings import pages as closings_pages
from distribute.demand import api as demand
from distribute.drafts import api as drafts
from distribute.dues import api as dues
from distribute.dues import carried_pages
from distribute.dues import pages as dues_pages
from distribute.guidance import pages as guidance_pages
from distribute.handovers import api as handovers
from distribute.handovers import cart_pages, offline_pages, receipt_pages
from distribute.handovers import pages as handovers_pages
from distribute.inbox import api as inbox
from distribute.inbox import pages as inbox_pages
from distribute.incidents import api as incidents
from distribute.incidents import pages as incidents_pages
from distribute.instructions import pages as instructions_pages
from distribute.loans import api as loans
from distribute.loans import pages as loans_pages
from distribute.moving_in import api as moving_in
from distribute.nearby import api as nearby
from distribute.nearby import directory_api as directory
from distribute.nearby import pages as nearby_pages
from distribute.orders import api as orders
from distribute.orders import relais_api as relais_orders
from distribute.price_lists import api as price_lists
from distribute.price_lists import pages as price_lists_pages
from distribute.recalls import api as recalls
from distribute.recalls import pages as recalls_pages
from distribute.referrals import api as referrals
from distribute.referrals import pages as referrals_pages
from distribute.referrals import worker_pages as referrer_pages
from distribute.relais import api as relais
from distribute.relais import referent_api
from distribute.retention import api as retention
from distribute.retention import pages as retention_pages
from distribute.screens import approval as approval_pages
from distribute.screens import catalogue as catalogue_pages
from distribute.screens import device as device_pages
from distribute.screens import order_sheets
from distribute.screens import orders as orders_pages
from distribute.screens import relais as relais_pages
from distribute.screens import shop as shop_pages
from distribute.screens import stock as stock_pages
from distribute.screens import structure as structure_pages
from distribute.screens import today as today_pages
from distribute.served import pages as served_pages
from distribute.shipments import api as shipments
from distribute.shipments import pages as shipments_pages
from distribute.shipments import paper_pages, reception_pages
from distribute.signing import pages as signing_pages
from distribute.statistics import pages as statistics_pages
from distribute.stock import api as stock
from distribute.till_books import api as till_books
from distribute.till_books import pages as till_books_pages
from distribute.topups import api as topups
from distribute.topups import asking_pages as topup_asking_pages
from distribute.topups import kit_pages as topup_kit_pages
from distribute.topups import office_pages as topup_office_pages
from distribute.topups import pages as topups_pages

ROUTERS = [
    relais.router,
    referent_api.router,
    relais.workshops,
    applications.router,
    nearby.router,
    directory.router,
    stock.router,
    price_lists.router,
    campaigns.router,
    campaign_stock.router,
    demand.router,
    orders.router,
    relais_orders.router,
    drafts.router,
    allocation.router,
    proposals.router,
    shipments.router,
    incidents.router,
    loans.router,
    after_sale.router,
    recalls.router,
    handovers.router,
    referrals.router,
    retention.router,
    handovers.checkouts,
    till_books.router,
    closings.router,
    dues.router,
    topups.router,
    moving_in.router,
    inbox.router,
    home.router,
    inbox_pages.router,
    today_pages.router,
    structure_pages.router,
    order_sheets.router,
    orders_pages.router,
    approval_pages.router,
    shop_pages.router,
    catalogue_pages.router,
    price_lists_pages.router,
    campaigns_pages.router,
    campaign_report_pages.router,
    campaign_invitations_pages.router,
    campaign_accounts_pages.router,
    campaign_pages.router,
    campaign_joining_pages.router,
    served_pages.router,
    statistics_pages.router,
    stock_pages.router,
    device_pages.router,
    proposals_pages.router,
    export_pages.router,
    comparison_pages.router,
    rule_pages.router,
    allocation_pages.router,
    dues_pages.router,
    carried_pages.router,
    relais_pages.router,
    application_pages.router,
    signing_pages.router,
    application_answers.router,
    reception_pages.router,
    reception_pages.scripts,
    paper_pages.router,
    shipments_pages.router,
    incidents_pages.router,
    loans_pages.router,
    after_sale_pages.router,
    case_pages.router,
    recalls_pages.router,
    handovers_pages.router,
    cart_pages.router,
    offline_pages.router,
    offline_pages.scripts,
    receipt_pages.router,
    instructions_pages.router,
    nearby_pages.router,
    guidance_pages.router,
    referrals_pages.router,
    referrer_pages.router,
    retention_pages.router,
    till_books_pages.router,
    closings_pages.router,
    topups_pages.router,
    topup_kit_pages.router,
    topup_asking_pages.router,
    topup_office_pages.router,
]
