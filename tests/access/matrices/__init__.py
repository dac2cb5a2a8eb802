"""Who may call which route, one table a service."""
