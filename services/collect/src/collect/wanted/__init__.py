"""What to ask donors for: the demand that Relais could not serve, projected from distribute; counts only."""
