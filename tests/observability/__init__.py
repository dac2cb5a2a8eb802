"""Filière seen from outside: metrics, alerts, dashboards and logs, on the real parts."""
