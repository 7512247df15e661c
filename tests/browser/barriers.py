"""What a person must not meet on any page: each fault that a machine can see, in one sentence."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from app.core.i18n import DIRECTIONS
from tests.browser.conftest import Visit

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONES = (320, 390)
"""Widths in CSS pixels: 400 % zoom of a small screen, and a usual phone."""

TURNED_AROUND = """() => {
  const code = /\\+?[0-9A-Z][0-9A-Za-z]*(?:[-:\\/.@][0-9A-Za-z]+)+/g;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const shown = (node, start, piece) => {
    const letters = [...piece].map((letter, i) => {
      const range = document.createRange();
      range.setStart(node, start + i);
      range.setEnd(node, start + i + 1);
      const box = range.getClientRects()[0];
      return [box.y, box.x, letter];
    });
    return letters.sort((a, b) => a[0] - b[0] || a[1] - b[1]).map((each) => each[2]).join("");
  };
  const found = [];
  for (let node; (node = walker.nextNode());) {
    if (!node.parentElement.checkVisibility() || !node.parentElement.closest("[dir=rtl]")) continue;
    for (const { 0: piece, index } of node.data.matchAll(code)) {
      if (node.parentElement.closest("option, textarea")) continue;
      const order = shown(node, index, piece);
      if (order !== piece) found.push(`${piece} is read as ${order}`);
    }
  }
  return found;
}"""
"""Numbers, dates and codes in Arabic text that do not stand there, from left to right, as they were typed."""


def broken_rules(page: Page) -> list[str]:
    """The rules of axe that the page breaks, with the elements that do."""
    page.evaluate(AXE.read_text("utf-8"))
    found: dict[str, Any] = page.evaluate("rules => axe.run(document, {runOnly: rules})", AXE_RULES)
    return [f"{rule['id']}: {[node['target'] for node in rule['nodes']]}" for rule in found["violations"]]


def faults(visit: Visit, language: str, by_axe: bool = True) -> list[str]:
    """Everything that is wrong with the page that this window shows, in sentences."""
    page = visit.page
    found = [*_of_the_frame(page, language), *_of_the_width(page), *page.evaluate(TURNED_AROUND)]
    if by_axe and visit.scripts and AXE.is_file():
        found += broken_rules(page)
    found += [f"the browser complains: {words}" for words in visit.complaints]
    found += [f"another host is asked: {url}" for url in visit.foreign]
    return [f"{page.url}: {fault}" for fault in found]


def _of_the_frame(page: Page, language: str) -> Iterator[str]:
    root = page.locator("html")
    if root.get_attribute("lang") != language or root.get_attribute("dir") != DIRECTIONS[language]:
        yield f"lang={root.get_attribute('lang')} dir={root.get_attribute('dir')}, not those of {language}"
    if page.locator("h1").count() != 1:
        yield f"{page.locator('h1').count()} headings h1"


def _of_the_width(page: Page) -> Iterator[str]:
    before = page.viewport_size
    for width in PHONES:
        page.set_viewport_size({"width": width, "height": 800})
        needed = page.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            yield f"{needed} px wide on a screen of {width} px"
    if before:
        page.set_viewport_size(before)
