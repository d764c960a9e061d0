"""What a person's page says, made from the record's JSON: pure functions, no database and no request."""
