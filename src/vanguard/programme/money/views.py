"""The page of money: in principle, approved and drawn, by fund, year and site, and what does not add up."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from vanguard.programme.money.adding import by_fund, by_site, by_year, does_not_add_up
from vanguard.web.page import render, whole_number

PAGE = 50


@login_not_required
@require_safe
def money(request: HttpRequest) -> HttpResponse:
    """Public."""
    page = max(whole_number(request.GET.get("page", "")) or 1, 1)
    funds = by_fund()
    sites, total = by_site((page - 1) * PAGE, PAGE)
    context = {
        "title": "Money",
        "funds": funds,
        "total": {
            name: sum(getattr(one, name) for one in funds) for name in ("in_principle", "approved", "drawn", "left")
        },
        "set_aside": sum(one.fund.amount for one in funds),
        "years": by_year(),
        "sites": sites,
        "open": does_not_add_up(funds),
        "page": page,
        "pages": -(-total // PAGE),
        "page_link": lambda number: f"{reverse('money')}?page={number}",
    }
    return render(request, "programme/money.html", context)
