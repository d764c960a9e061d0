"""The comparison page shows each margin beside the published one and says where they depart."""

import re
from pathlib import Path

import pytest
from tests.synth.conftest import Place

from vanguard.errors import BadInput
from vanguard.synth.compare import write_comparison


def test_the_page_has_every_margin_and_says_where_it_departs(place: Place, tmp_path: Path) -> None:
    margins = {one.id: one for one in write_comparison(place.folder, tmp_path / "comparison.html")}
    page = (tmp_path / "comparison.html").read_text(encoding="utf-8")
    assert page.count("<svg") == sum(one.draw != "none" for one in margins.values()) >= 10
    for one in margins.values():
        assert len(one.labels) == len(one.synthetic) == len(one.published)
        assert page.count(f'href="#{one.id}"') == bool(one.departures())
    assert re.findall(r"(?:nan|inf|None)\b", page) == []
    yearly = margins["yearly"]
    for label, mine, theirs in zip(yearly.labels[:3], yearly.synthetic, yearly.published, strict=False):
        assert mine == pytest.approx(theirs, rel=0.08), label
    for id, least in (("ages", 0.99), ("areas", 0.9), ("lists", 0.9), ("prevalence", 0.97), ("attendances-hour", 0.9)):
        together = margins[id].correlation()
        assert together is not None and together > least, id


def test_a_folder_without_a_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no synthetic place"):
        write_comparison(tmp_path, tmp_path / "page.html")
