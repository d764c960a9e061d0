"""Act as one team: the rooms in which people are referred, seen, helped and handed over.
Each writes what it does and tells the record in one transaction."""
