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

// What is no page of the desk (a refusal, a sign-in form, a broken line) never takes its place: it is told on it.
function refuse(source, why) {
  source?.closest?.("form[data-keep]")?.setAttribute(typed, "");
  desk().querySelector(".notdone")?.remove();
  const told = document.createElement("p"), strong = document.createElement("strong");
  told.className = "notdone";
  told.setAttribute("role", "alert");
  strong.textContent = "That was not done.";
  told.append(strong, " ", why);
  desk().querySelector("header").after(told);
  told.scrollIntoView({ block: "nearest" });
}

document.addEventListener("htmx:after:request", (event) => {
  const { sourceElement, text, response } = event.detail.ctx;
  if (text.includes('id="desk"')) return;
  event.preventDefault();
  if (new URL(response.raw.url).pathname.startsWith("/login")) {
    refuse(sourceElement, "You are signed out: sign in in another window, then press again.");
    return;
  }
  const said = new DOMParser().parseFromString(text, "text/html").querySelectorAll("main h1, main p:not(:has(a))");
  refuse(sourceElement, said.length ? said[said.length - 1].textContent : `The server failed (${response.status}).`);
});
document.addEventListener("htmx:error", ({ detail }) => {
  if (detail.ctx && !detail.ctx.text) refuse(detail.ctx.sourceElement, "The server does not answer.");
});

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
