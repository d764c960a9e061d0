"""What a partner says now: of all words about one thing, the last. One definition, for every room downstream.

Words are in order of extract, then file name, then load, then line.
"""

_LAST = "ORDER BY extracted_at DESC, file DESC, load_id DESC, line DESC"


def current_events() -> str:
    """SQL of the rows of source_event that stand: the last word by feed, source and key, unless the thing has ended."""
    return f"""
        SELECT * FROM (
            SELECT * FROM source_event QUALIFY row_number() OVER (PARTITION BY feed, source, key {_LAST}) = 1) e
        WHERE NOT EXISTS (
            SELECT 1 FROM source_end n WHERE n.feed = e.feed AND n.source = e.source AND n.key = e.key
            AND (n.extracted_at, coalesce(n.file, ''), n.load_id, coalesce(n.line, 0))
                > (e.extracted_at, e.file, e.load_id, e.line))"""


def current_persons() -> str:
    """SQL of the rows of source_person that stand: the last word by feed, source and source_id."""
    return f"SELECT * FROM source_person QUALIFY row_number() OVER (PARTITION BY feed, source, source_id {_LAST}) = 1"
