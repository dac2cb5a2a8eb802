"""What a Relais owes and has paid the network: dues, invoices, payments, the aged balance."""
