// The desk without a page load: what others change is fetched, what is being typed is left alone.
"use strict";
const desk = () => document.getElementById("desk");
const typed = "hx-morph-skip";

function fresh() {
  return htmx.ajax("GET", location.pathname + location.search, {
    source: "#desk", target: "#desk", select: "#desk", swap: "outerMorph", push: "false",
  });
}

// Another editor, the clock or a sender has done something: ask for the page anew.
if (desk().dataset.events && window.EventSource) {
  const events = new EventSource(desk().dataset.events);
  let asked = 0;
  events.addEventListener("version", (event) => {
    if (event.data === desk().dataset.version || asked) return;
    asked = setTimeout(() => { asked = 0; fresh(); }, 60);
  });
  events.addEventListener("progress", (event) => {
    const shown = document.getElementById("progress");
    if (shown) shown.outerHTML = event.data;
  });
}

// A form in which somebody types keeps its words and its version until it is sent.
document.addEventListener("input", ({ target }) => {
  target.closest("form[data-keep]")?.setAttribute(typed, "");
  if (target.dataset.count !== undefined) {
    document.querySelector(`#${target.id}-hint [data-counter]`).textContent = [...target.value].length;
  }
});
document.addEventListener("submit", ({ target }) => target.removeAttribute(typed), true);

// Another view of the same page stands in its address, so that whatever changes next is shown in it.
document.addEventListener("click", (event) => {
  const link = event.target.closest("#desk a[href^='?']");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) history.replaceState(null, "", link.href);
});

// The frame goes to its new words without a step in the browser's history.
htmx.registerExtension("frames", {
  htmx_before_morph_attr: (frame, { attrName, newValue }) => {
    if (frame.tagName !== "IFRAME" || attrName !== "src") return true;
    if (frame.shown !== newValue) frame.contentWindow.location.replace(newValue);
    frame.shown = newValue;
    return false;
  },
});

function sortable() {
  for (const list of document.querySelectorAll("[data-sort]")) {
    if (list.sorted) continue;
    list.sorted = Sortable.create(list, {
      handle: ".grip", draggable: ".story:not(.lead)", animation: 120,
      onEnd: ({ item, oldIndex, newIndex }) => {
        if (oldIndex === newIndex) return;
        const form = item.querySelector("form.moves"), value = document.createElement("input");
        Object.assign(value, { type: "hidden", name: "position", value: item.nextElementSibling?.dataset.story ?? "" });
        form.append(value);
        form.requestSubmit();
        value.remove();
      },
    });
  }
}

const skew = new Date(desk().dataset.now) - Date.now();

function count() {
  for (const time of document.querySelectorAll("[data-until]")) {
    const seconds = Math.round((new Date(time.dateTime) - Date.now() - skew) / 1000), away = Math.abs(seconds);
    if (away > 5400) continue;
    const span = away < 60 ? `${away} s` : `${Math.round(away / 60)} min`;
    time.textContent = seconds > 0 ? `in ${span}` : `${span} ago`;
  }
}
setInterval(count, 5000);
document.addEventListener("htmx:after:swap", sortable);
sortable();
