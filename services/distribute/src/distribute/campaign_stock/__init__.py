"""Campaigns: free devices set aside for the lines of one, and given back."""
