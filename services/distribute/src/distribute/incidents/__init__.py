"""What went wrong on the way: not in the parcel, damaged, wrong; found again or lost for good; with photo."""
