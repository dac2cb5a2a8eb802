"""Campaigns: drafted, published and revised by the coordination; who takes part; the policy in force with them."""
