"""A real OpenID provider for tests, and one that lies."""
