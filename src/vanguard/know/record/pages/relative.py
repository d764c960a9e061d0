"""A record as a relative sees it: who it is, what matters most, and what was recorded."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from vanguard.know.record.pages.summary import banner, summary
from vanguard.know.record.views.names import practice_names
from vanguard.web import presenters as say

SHOWN = 100


def relatives_view(data: Mapping[str, Any], today: date, page: int = 1) -> dict[str, Any]:
    """What the page draws of a record's JSON; `summary` and `entries` only as far as it was opened.

    What may be somebody else's since records were parted is for professionals to settle, and not shown.
    """
    data = {**data, **{name: _settled(data[name]) for name in ("plans", "entries") if name in data}}
    entries = data.get("entries", ())
    pages = max(1, -(-len(entries) // SHOWN))
    page = min(page, pages)
    return {
        "banner": banner(data, practice_names([data["person"].get("practice")]), today),
        "summary": summary({"entries": (), **data}, today) if "conditions" in data else None,
        "entries": [
            {
                "what": one.get("display") or say.kind(one["kind"]),
                "day": say.day(date.fromisoformat(one["date"])) if one.get("date") else "",
            }
            for one in entries[(page - 1) * SHOWN : page * SHOWN]
        ],
        "total": len(entries),
        "page": page,
        "pages": pages,
    }


def _settled(some: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [one for one in some if not one.get("unsettled")]
