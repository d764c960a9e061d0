"""The comparison page shows each margin beside the published one and says where they depart."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from tests.synth.conftest import Place

from vanguard.errors import BadInput
from vanguard.synth.compare import write_comparison
from vanguard.synth.compare.margin import Margin


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
    least = {"ages": 0.99, "areas": 0.9, "lists": 0.96, "prevalence": 0.97, "attendances-hour": 0.9}
    for id, at_least in (least | {"attendances-age": 0.97}).items():
        together = margins[id].correlation()
        assert together is not None and together > at_least, id


def test_what_chance_explains_is_no_departure() -> None:
    far = Margin("a", "A", "people", ("one", "two"), (120.0, 120.0), (100.0, 100.0), "nobody")
    assert far.departures() == ["one: +20%", "two: +20%"] and not far.within_chance()
    counted = replace(far, counted=(12.0, 12_000.0))
    assert counted.departures() == ["two: +20%"] and counted.within_chance() == 1
    assert replace(counted, published_counted=(10.0, 10.0)).departures() == []


def test_a_folder_without_a_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no synthetic place"):
        write_comparison(tmp_path, tmp_path / "page.html")
