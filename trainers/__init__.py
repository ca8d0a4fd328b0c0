"""What turns models into other models: by arithmetic, by search, by gradient."""
