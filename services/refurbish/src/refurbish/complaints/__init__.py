"""What broke after it was handed over, as its Relais says: in the workshop's rate from the day it is said."""
