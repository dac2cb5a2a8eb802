"""How long a line may wait: an estimate from what arrived in the last weeks, told in words and only as such."""
