"""What broke after it was handed over, as its Relais says: it counts for the workshop's rate from the day it is said."""
