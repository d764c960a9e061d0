"""Which of several versions is in force on a day."""

from datetime import date

import pytest
from tests.blueprint.owls import copy

from vanguard.blueprint import in_force, read

VERSIONS = [
    ("1.9.0", "{from: 2026-01-01}"),
    ("1.10.0", "{from: 2026-01-01, to: 2026-03-31}"),
    ("2.0.0", "{from: 2026-06-01, to: 2026-06-30}"),
]


@pytest.fixture
def versions(tmp_path):
    return [
        read(
            copy(
                tmp_path / version,
                ("blueprint.yaml", "version: 1.2.3", f"version: {version}"),
                ("blueprint.yaml", "{from: 2026-11-01, to: 2027-10-31}", effective),
            )
        )
        for version, effective in VERSIONS
    ]


@pytest.mark.parametrize(
    ("day", "version"),
    [
        (date(2025, 12, 31), None),
        (date(2026, 1, 1), "1.10.0"),
        (date(2026, 3, 31), "1.10.0"),
        (date(2026, 4, 1), "1.9.0"),
        (date(2026, 6, 1), "2.0.0"),
        (date(2026, 6, 30), "2.0.0"),
        (date(2026, 7, 1), "1.9.0"),
    ],
)
def test_the_version_in_force(versions, day, version):
    found = in_force(versions, day)
    assert (found.version if found else None) == version
