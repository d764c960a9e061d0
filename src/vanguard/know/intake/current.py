"""What a partner says now: of all words about one thing, the last. One definition, for every room downstream.

Words are in order of extract, then file name, then load, then line.
"""

_LAST = "ORDER BY extracted_at DESC, file DESC, load_id DESC, line DESC"


def current_events() -> str:
    """SQL of the rows of source_event that stand: the last word by feed, source and key."""
    return f"SELECT * FROM source_event QUALIFY row_number() OVER (PARTITION BY feed, source, key {_LAST}) = 1"


def current_persons() -> str:
    """SQL of the rows of source_person that stand: the last word by feed, source and source_id."""
    return f"SELECT * FROM source_person QUALIFY row_number() OVER (PARTITION BY feed, source, source_id {_LAST}) = 1"
