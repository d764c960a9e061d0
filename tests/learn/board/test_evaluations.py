"""Evaluations on pages: the plan before the result, early looks that say so, no figure of a unit too small to name."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from tests.learn.board.conftest import NOW

from vanguard.blueprint import adopted
from vanguard.lake import Lake
from vanguard.learn.evaluate import keep_evaluations, kept_evaluation

SignIn = Callable[..., Client]
ONE = "/evaluations/moon"
SMALL = "K80009"


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_library_says_how_each_plan_stands(signed_in: SignIn, moon: Path) -> None:
    text = page(signed_in("analyst"), "/evaluations")
    found = [text.split(f'id="moon-{id}"')[1].split("</section>")[0] for id in ("fewer_stays", "rarer_falls")]
    print(text)
