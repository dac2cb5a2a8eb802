"""What Relais were served over the months that the rule looks back."""
