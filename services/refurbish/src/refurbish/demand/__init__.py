"""What people wait for: the demand that Relais could not serve, projected from distribute."""
