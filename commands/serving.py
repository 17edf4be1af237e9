"""The commands that show the pages: the web app, and the demo county."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.commandline import Command, Panel, WrongUsage, now, open_up, today

if TYPE_CHECKING:
    from config import Settings
    from sql.store import Store

app = typer.Typer()

Host = Annotated[str, typer.Option("--host", help="Adress att lyssna på.")]
Port = Annotated[int, typer.Option("--port", help="Port att lyssna på.")]


def web_app() -> Any:
    """The app for a server process of its own (`serve --workers`); reads UPPFOLJNING_CONFIG."""
    import logs
    from config import load_settings
    from metrics.declared import declare
    from sql.store import open_store

    logs.configure()
    settings = load_settings(Path(os.environ.get("UPPFOLJNING_CONFIG", "config.yaml")))
    declare(settings)
    return _create_app(settings, open_store(settings), os.environ["UPPFOLJNING_HOST"])


def _create_app(settings: Settings, store: Store, host: str) -> Any:
    from dashboard.app import create_app
    from flows.compute import compute as run_all

    return create_app(settings, store, host=host, recompute=lambda: run_all(settings, store, now()))


def _serve(ctx: typer.Context, settings: Settings, store: Store, host: str, port: int, workers: int = 1) -> None:
    import uvicorn

    import logs
    from commands import terminal
    from dashboard import access, processes

    if refusal := access.refusal(settings, store, host):
        raise WrongUsage(refusal)
    terminal.say([f"Uppföljningen finns på http://{host}:{port}. Avsluta med Ctrl-C."])
    options: dict[str, Any] = {"host": host, "port": port, "log_level": "warning", "log_config": None}
    # the reader's address and scheme are those of the connection, unless a proxy that is named stands before it
    options |= {"proxy_headers": bool(settings.web.proxies), "forwarded_allow_ips": list(settings.web.proxies)}
    if not sys.stderr.isatty():  # a service's log; a person at a terminal is spared it
        logs.configure()
    if workers == 1:
        uvicorn.run(_create_app(settings, store, host), **options)
        return
    # Each worker is a fresh process (Polars and fork deadlock) and finds its settings in the environment.
    os.environ |= {"UPPFOLJNING_CONFIG": str(ctx.obj), "UPPFOLJNING_HOST": host}
    with processes.counting_together():
        uvicorn.run("commands.serving:web_app", factory=True, workers=workers, **options)


@app.command(cls=Command, rich_help_panel=Panel.RUNNING)
def serve(
    ctx: typer.Context,
    host: Host = "127.0.0.1",
    port: Port = 8050,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Antal processer.")] = 1,
) -> None:
    """Visa sidorna i en webbläsare."""
    settings, store = open_up(ctx)
    _serve(ctx, settings, store, host, port, workers)


@app.command(cls=Command, rich_help_panel=Panel.RUNNING)
def demo(
    ctx: typer.Context,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Bygg demolänet utan att visa det.")] = False,
    port: Port = 8050,
    seed: Annotated[int, typer.Option("--seed", help="Samma frö ger samma län.")] = 1,
) -> None:
    """Bygg ett påhittat demolän och visa det."""
    from commands import terminal
    from demo.build import build

    settings, store = open_up(ctx)
    with terminal.progress("Bygger demolänet") as progress:
        built = build(settings, store, seed, today(), progress)
    done = "Demolänet är byggt. Allt i det är påhittat."
    terminal.say([done if built else "Demolänet finns redan. Töm lagringsmappen för att bygga ett nytt."])
    if not no_serve:
        _serve(ctx, settings, store, "127.0.0.1", port)
