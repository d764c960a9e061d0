"""Who says what: sources, where they disagree, the programme's bodies and moments.
Every other table names its sources by the keys kept here."""
