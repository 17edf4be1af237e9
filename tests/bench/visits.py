"""A first visit in a real browser with an empty cache: what comes over the wire, and when it can be read."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from playwright.sync_api import Browser, Page

HEADING = "h1, h2#page-title"  # Vizro's heading is an h2
WAIT_MS = 60_000
STILL_MS = 1500
SCROLLS = 12
# A frame is drawn after its callback: what is seen here is on the screen some milliseconds later, for all three alike.
CLOCK = """
const seen = window.benchmark = {};
const look = () => {
  const heading = document.querySelector(%r);
  if (!seen.text && heading && heading.checkVisibility() && heading.innerText.trim()) seen.text = performance.now();
  if (!seen.chart && document.querySelector(".main-svg .trace path")) seen.chart = performance.now();
  if (!seen.text || !seen.chart) requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


@dataclass(frozen=True)
class Visit:
    """kB (1000 bytes, as sent, with headers) and requests for the whole page; ms from navigation to heading and first chart."""

    kilobytes: float
    requests: float
    text_ms: float
    chart_ms: float


def middle(visits: list[Visit]) -> Visit:
    """The median of each measure."""
    names = ("kilobytes", "requests", "text_ms", "chart_ms")
    return Visit(*(statistics.median(getattr(visit, name) for visit in visits) for name in names))


def visit(browser: Browser, address: str) -> Visit:
    """Open the page in a new context, take the times, then scroll past every chart so that all of the page is counted."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="sv-SE")
    page = context.new_page()
    sizes: list[float] = []
    asked: list[str] = []
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    wire.on("Network.webSocketFrameReceived", lambda event: sizes.append(_frame_bytes(event["response"])))
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.add_init_script(CLOCK % HEADING)
    page.goto(address)
    page.wait_for_function("() => window.benchmark.text && window.benchmark.chart", timeout=WAIT_MS)
    seen = page.evaluate("window.benchmark")
    _see_everything(page, asked)
    context.close()
    return Visit(sum(sizes) / 1000, len([url for url in asked if not url.startswith(("data:", "blob:"))]), seen["text"], seen["chart"])


def _frame_bytes(frame: dict[str, str | int]) -> float:
    """What a frame of a web socket holds; a binary one (opcode 2) is given in base64."""
    length = len(str(frame["payloadData"]))
    return length * 3 / 4 if frame["opcode"] == 2 else length


def _see_everything(page: Page, asked: list[str]) -> None:
    page.mouse.move(640, 450)
    for _ in range(SCROLLS):
        page.mouse.wheel(0, 700)
        page.wait_for_timeout(100)
    before = -1
    while before != len(asked):
        before = len(asked)
        page.wait_for_timeout(STILL_MS)
