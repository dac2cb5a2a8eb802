"""Distribution: Relais order ready devices at solidarity prices, receive them and hand them over."""
