"""Who are our people and what do we know about them?
Rows from partners become persons, one history each, and a list of who to help next."""
