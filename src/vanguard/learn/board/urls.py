"""Addresses of the measures' pages."""

from django.urls import path

from vanguard.learn.board.views.beside import beside
from vanguard.learn.board.views.board import board
from vanguard.learn.board.views.evaluation import evaluation, evaluation_file, evaluations
from vanguard.learn.board.views.measure import measure, measure_file, point, point_file
from vanguard.learn.board.views.peers import peers
from vanguard.learn.board.views.practice import practice
from vanguard.learn.board.views.review import review
from vanguard.learn.board.views.scorecard import scorecard

ONE = "measures/<slug:blueprint_id>/<slug:measure_id>"
JUDGED = "evaluations/<slug:blueprint_id>/<slug:evaluation_id>"
urlpatterns = [
    path("measures", board, name="measures"),
    path("measures/two-sources", beside, name="two-sources"),
    path("measures/practice", practice, name="practice-measures"),
    path("measures/review", review, name="benefit-review"),
    path(ONE, measure, name="measure"),
    path(f"{ONE}/points.csv", measure_file, name="measure-file"),
    path(f"{ONE}/peers", peers, name="peers"),
    path(f"{ONE}/<slug:start>", point, name="point"),
    path(f"{ONE}/<slug:start>/rows.csv", point_file, name="point-file"),
    path("evaluations", evaluations, name="evaluations"),
    path(JUDGED, evaluation, name="evaluation"),
    path(f"{JUDGED}/<slug:table>.csv", evaluation_file, name="evaluation-file"),
    path("scorecard", scorecard, name="scorecard"),
]
