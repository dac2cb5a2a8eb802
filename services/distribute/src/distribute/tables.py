"""Every table of the service, slice by slice: read by migrations and by tests, never by what runs."""

import distribute.after_sale.tables
import distribute.allocation.proposals.tables
import distribute.allocation.tables
import distribute.applications.tables
import distribute.campaign_accounts.tables
import distribute.campaign_invitations.tables
import distribute.campaign_stock.tables
import distribute.campaigns.tables
import distribute.demand.tables
import distribute.drafts.tables
import distribute.dues.tables
import distribute.handovers.tables
import distribute.incidents.tables
import distribute.loans.tables
import distribute.moving_in.tables
import distribute.nearby.tables
import distribute.orders.tables
import distribute.price_lists.tables
import distribute.recalls.tables
import distribute.referrals.tables
import distribute.relais.tables
import distribute.reservations.tables
import distribute.retention.tables
import distribute.shipments.tables
import distribute.signing.tables
import distribute.standing.tables
import distribute.statistics.tables
import distribute.stock.tables
import distribute.till_journal.tables
import distribute.topups.tables  # noqa: F401
from distribute.base import Base

metadata = Base.metadata
