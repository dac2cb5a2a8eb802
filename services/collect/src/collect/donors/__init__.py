"""Donors: companies and public bodies, their pickup sites and contacts, and who acts for them."""
