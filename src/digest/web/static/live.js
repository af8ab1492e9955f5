// Show what is new when the server says that something has changed; everything works without it.
"use strict";
const source = document.querySelector("[data-live]");
if (source && window.EventSource) {
  const events = new EventSource(source.dataset.live);
  let asked = 0;
  events.addEventListener("changed", async () => {
    const mine = ++asked;
    const frame = document.querySelector("iframe[data-frame]");
    if (frame) frame.contentWindow.location.replace(frame.src); // at once: it is what is waited for
    const answer = await fetch(location.href, { headers: { "X-Part": "side" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== asked) return; // a newer change is on its way
    for (const part of document.querySelectorAll("[data-part]")) {
      const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
      if (fresh && !part.contains(document.activeElement)) part.replaceWith(fresh);
    }
    const next = page.querySelector("iframe[data-frame]");
    if (!frame !== !next) location.reload(); // there was no mail, or there is none any more
  });
}
