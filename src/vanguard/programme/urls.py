"""Addresses of a programme's own pages. Those of its tables come last: their names stand alone."""

from django.urls import include, path

from vanguard.programme.blueprints.adoption import adoption
from vanguard.programme.blueprints.views import blueprint, blueprints
from vanguard.programme.boards.one_measure import board_chart, board_measure, board_measure_file
from vanguard.programme.boards.views import board_site, board_sites, board_sites_file, boards
from vanguard.programme.delivery.views import gantt, plan
from vanguard.programme.engagement.views import engagement
from vanguard.programme.lists import KINDS
from vanguard.programme.money.views import money
from vanguard.programme.published.views import publications, publications_file
from vanguard.programme.recounted.views import figures
from vanguard.programme.scrutiny.views import scrutiny
from vanguard.programme.selection.ballot import ballot
from vanguard.programme.selection.views import round_page
from vanguard.programme.sites.views import the_map
from vanguard.programme.support.views import support
from vanguard.programme.views import guide

# Lists that are no table, each also as its files.
FILES = (
    ("boards/sites", board_sites_file, "board-sites"),
    ("boards/measures/<slug:blueprint>/<slug:measure>", board_measure_file, "board-measure"),
    ("publications", publications_file, "publications"),
)
urlpatterns = [
    *(path(f"{at}.{how}", view, {"how": how}, f"{name}-{how}") for at, view, name in FILES for how in KINDS),
    path("guide", guide, name="guide"),
    path("map", the_map, name="map"),
    path("selection/<slug:short>", round_page, name="round-page"),
    path("ballot/<str:token>", ballot, name="ballot"),
    path("money", money, name="money"),
    path("recounted", figures, name="recounted"),
    path("plan", plan, name="plan"),
    path("gantt", gantt, name="gantt"),
    path("support", support, name="support"),
    path("scrutiny", scrutiny, name="scrutiny"),
    path("engagement", engagement, name="engagement"),
    path("blueprints", blueprints, name="blueprints"),
    path("blueprints/<slug:name>", blueprint, name="blueprint"),
    path("adoptions/<slug:short>", adoption, name="adoption"),
    path("boards", boards, name="boards"),
    path("boards/sites", board_sites, name="board-sites"),
    path("boards/sites/<slug:short>", board_site, name="board-site"),
    path("boards/sites/<slug:short>/<slug:blueprint>/<slug:measure>", board_chart, name="board-chart"),
    path("boards/measures/<slug:blueprint>/<slug:measure>", board_measure, name="board-measure"),
    path("publications", publications, name="publications"),
    path("", include("vanguard.programme.tables.urls")),
]
