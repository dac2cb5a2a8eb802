"""What is asked with, one file a service: JSON and forms that are valid, and some that a rule refuses."""
