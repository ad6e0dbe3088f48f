"""Reading files: every row is validated and every error listed before a service is called once."""
