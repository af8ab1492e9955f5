// Reload what is shown when the server says that it has changed; everything works without it.
"use strict";
const source = document.querySelector("[data-live]");
if (source && window.EventSource) {
  const events = new EventSource(source.dataset.live);
  events.addEventListener("changed", () => {
    const frame = document.querySelector("iframe.frame");
    if (frame) frame.contentWindow.location.replace(frame.src);
    fetch(location.href, { headers: { "X-Part": "side" } })
      .then((answer) => answer.text())
      .then((text) => {
        const page = new DOMParser().parseFromString(text, "text/html");
        for (const part of document.querySelectorAll("[data-part]")) {
          const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
          if (fresh) part.replaceWith(fresh);
        }
      });
  });
}
