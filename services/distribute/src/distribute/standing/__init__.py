"""Tell the network where the agreement of each Relais stands."""
