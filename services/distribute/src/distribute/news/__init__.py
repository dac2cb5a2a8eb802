"""Letters to the people of Relais: the answer to an order, a parcel that has left."""
