"""`vanguard serve` and `vanguard demo`."""

import os

import click

from vanguard import clock, console

HOST = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
PORT = click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
WORKERS = click.option(
    "--workers",
    default=None,
    type=click.IntRange(1, 64),
    help="Worker processes; by default one for each processor.",
)


@click.command()
@HOST
@PORT
@WORKERS
def serve(host: str, port: int, workers: int | None) -> None:
    """Serve the place's pages until interrupted."""
    from vanguard.web.server import check_free, prepare, run

    check_free(host, port)
    prepare()
    run(host, port, workers or _processors(), lambda: click.echo(f"Vanguard is at http://{host}:{port}"))


@click.command()
@click.option("--people", default=None, type=click.IntRange(100, 3_000_000), help="How many people to make [20000].")
@click.option("--programme", is_flag=True, help="Instead make a programme of many places, with the real history.")
@HOST
@PORT
@WORKERS
def demo(people: int | None, programme: bool, host: str, port: int, workers: int | None) -> None:
    """Make a demo place of synthetic people, if there is none yet, and serve it."""
    from vanguard.programme import found, refuse_programme
    from vanguard.web.demo import demo_settings, make_demo_place
    from vanguard.web.demo_programme import NAME, make_demo_programme

    if programme and people is not None:
        raise click.UsageError("A programme holds no persons: leave out --people.")
    # Before the settings are read, which ask what the folder holds.
    found(console.home(), NAME) if programme else refuse_programme(console.home())
    demo_settings()
    from vanguard.web.server import check_free, prepare, run

    check_free(host, port)
    if programme:
        make_demo_programme(console.home(), clock.now(), click.echo, prepare)
    else:
        make_demo_place(console.home(), people, clock.now(), click.echo, prepare)
    run(host, port, workers or _processors(), lambda: click.echo(_sign_ins(host, port)))


def _sign_ins(host: str, port: int) -> str:
    from vanguard.access import policy
    from vanguard.web.demo_users import DEMO_PASSWORD, sign_ins
    from vanguard.web.presenters import sentence

    lines = [
        f"  {sentence(policy().roles[role].name):<40} {username:<14} {DEMO_PASSWORD}"
        for username, role in sign_ins()
        if role in policy().roles
    ]
    heading = f"  {'Role':<40} {'User name':<14} Password"
    return "\n".join(["", heading, *lines, "", f"Vanguard is at http://{host}:{port} (Ctrl-C stops it)"])


def _processors() -> int:
    return min(4, len(os.sched_getaffinity(0)))
