"""A chart's description within a page: `charts.js` draws it into the element before it."""

import json
from typing import Any

from markupsafe import Markup


def inert(spec: dict[str, Any]) -> Markup:
    """JSON that cannot end the element it stands in."""
    return Markup(json.dumps(spec, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704
