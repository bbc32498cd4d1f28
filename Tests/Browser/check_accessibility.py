#!/usr/bin/env python3
"""Runs axe-core over HTML files in headless Chromium, and prints every violation.

    python3 -m pip install playwright axe-playwright-python
    python3 Tests/Browser/check_accessibility.py report.html annex-iv.html

Each file is checked light and dark, wide and 400 px wide, with its details closed and open. It must also load nothing from
outside, log no error, and not scroll sideways as a whole. The exit code is 1 when anything is found.
"""

import pathlib
import sys

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

CHROMIUM = "/usr/bin/chromium"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def check(browser, path, scheme, width):
    """Problems of one page in one scheme and width, as lines."""
    problems = []
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.on("request", lambda request: None if request.url.startswith("file:") else problems.append(f"loads {request.url}"))
    page.on("console", lambda message: problems.append(f"console: {message.text}") if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(f"script: {error}"))
    page.goto(pathlib.Path(path).resolve().as_uri())
    for state in ("closed", "open"):
        if state == "open":
            page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if sideways > 0:
            problems.append(f"{state}: the page scrolls sideways by {sideways} px")
        found = Axe().run(page, options=RULES).response
        for violation in found["violations"]:
            nodes = violation["nodes"]
            places = "; ".join(" ".join(map(str, node["target"])) for node in nodes[:3])
            detail = nodes[0].get("failureSummary", "").replace("\n", " ")
            problems.append(f"{state}: {violation['id']} ({violation['impact']}): {violation['help']}: {len(nodes)} at {places}: {detail}")
    context.close()
    return problems


def main(paths):
    if not paths:
        print(__doc__)
        return 2
    failed = False
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for path in paths:
            for scheme in ("light", "dark"):
                for width in (1280, 400):
                    problems = check(browser, path, scheme, width)
                    failed = failed or bool(problems)
                    print(f"{path}: {scheme}, {width} px: {len(problems) or 'no'} problem{'' if len(problems) == 1 else 's'}")
                    for problem in problems:
                        print(f"  {problem}")
        browser.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
