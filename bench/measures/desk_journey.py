"""An editor's way at the desk, in a browser, as fast as the desk lets one go."""

import time
from itertools import pairwise


def journey(address: str, readers: int) -> dict[str, float]:
    """Return the seconds that the desk takes of an editor's way from no edition to everybody has it."""
    from playwright.sync_api import expect, sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{address}/desk")
        at = [time.perf_counter()]
        page.get_by_role("button", name="Build now").click()
        expect(page.locator(".deskbar .state")).to_have_text("waiting for you")
        at.append(time.perf_counter())
        page.get_by_text("Edit subject, preheader, letter").click()
        page.get_by_label("Subject", exact=True).fill("The bridge comes back")
        page.locator("#top").get_by_role("button", name="Save").click()
        expect(page.locator(".inboxrow .subject")).to_have_text("The bridge comes back")
        page.get_by_role("button", name="Approve").click()
        page.locator("#approve").get_by_role("button", name="Approve").click()
        expect(page.locator(".deskbar .state")).to_have_text("approved")
        at.append(time.perf_counter())
        page.get_by_role("button", name="More: send now").click()
        page.get_by_role("button", name=f"Send now to {readers} readers").click()
        expect(page.locator(".deskbar .state")).to_have_text("sent", timeout=60_000)
        at.append(time.perf_counter())
        browser.close()
    steps = ("build", "subject and approval", f"to the last of {readers} readers")
    times = zip(steps, pairwise(at), strict=True)
    told = {f"{name}, s": round(end - start, 1) for name, (start, end) in times}
    return {**told, "in all, s": round(at[-1] - at[0], 1)}
