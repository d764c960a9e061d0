"""SQL that writes JSON text: DuckDB's own conversion keeps nulls, and ours leaves them out."""


def json_object(members: dict[str, str]) -> str:
    """SQL: a JSON object with one key for each member; a member whose SQL value is null is left out.

    Values are SQL expressions that are JSON text already, such as those made by the functions below.
    """
    pairs = ", ".join(f"""'"{key}":' || {value}""" for key, value in members.items())
    return f"('{{' || concat_ws(',', {pairs}) || '}}')"


def json_array(element: str, order: str) -> str:
    """SQL aggregate: a JSON array of `element`, JSON text, in `order`."""
    return f"('[' || string_agg({element}, ',' ORDER BY {order}) || ']')"


def json_value(expression: str) -> str:
    """SQL: the JSON of a text, date, number, truth value or list."""
    return f"CAST(to_json({expression}) AS VARCHAR)"


def json_instant(column: str) -> str:
    """SQL: the JSON of a UTC timestamp, to the second, as 2018-08-06T09:30:00Z."""
    return f"""strftime({column}, '"%Y-%m-%dT%H:%M:%SZ"')"""


def json_float(column: str) -> str:
    """SQL: the JSON of a number; null for what JSON cannot write (not a number, infinity)."""
    return f"CASE WHEN isfinite({column}) THEN {json_value(column)} END"
