"""What a site says that it learnt becomes a proposal in the library; what was decided of it stays decided."""

import hashlib
from datetime import datetime

from vanguard.clock import local_date
from vanguard.learn.board import Published
from vanguard.programme.blueprints.kept import every_version
from vanguard.programme.blueprints.models import Learning
from vanguard.programme.blueprints.tables import LEARNINGS, PROPOSED
from vanguard.programme.sites.models import Site
from vanguard.programme.tables.reading import Given, Told
from vanguard.programme.tables.writing import write

READABLE = 47


def propose(published: Published, site: Site, where: str, now: datetime, by: str) -> None:
    """Write the claims of a file. Raises BadInput for one that the library would not take; then nothing is written."""
    references = {one.reference: _reference(site, one.reference) for one in published.learning}
    known = dict(Learning.objects.filter(key__in=references.values()).values_list("key", "state"))
    here, rows = every_version(), []
    for line, one in enumerate(published.learning, start=1):
        reference = references[one.reference]
        if known.get(reference, PROPOSED) == PROPOSED:
            cells = {
                "reference": reference,
                "claim": one.claim,
                "grade": one.grade,
                "site": site.key,
                "evaluation": one.evaluation,
                "change_mind": one.change_mind,
                # A site may run what the programme has not.
                "blueprint": one.blueprint if one.blueprint in here else "",
                "element": one.element,
                "state": PROPOSED,
            }
            if reference not in known:
                cells["proposed"] = local_date(published.made).isoformat()
            rows.append(Told(line, cells))
    if rows:
        write([Given(LEARNINGS, f"{where}, its learning", tuple(rows))], now, by=by)


def _reference(site: Site, given: str) -> str:
    """What no other claim of any site is called, in the 60 characters of a reference: words to read, and a digest."""
    digest = hashlib.sha256(f"{site.key} {given}".encode()).hexdigest()[:12]
    return f"{f'{site.key}-{given}'[:READABLE]}-{digest}"
