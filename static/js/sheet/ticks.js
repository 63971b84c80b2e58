// The sources to tick on the page that is kept: those of an answer in sight, and a long rest
// folded away, as on the question's own page.

import { sentence } from "./words.js";

// A rest no longer than this stays in sight, and one no longer than that needs no search.
const SHORT = 4;
const SEEN_AT_ONCE = 8;
const template = document.getElementById("source-ticks");

function partsOf(form) {
  return {
    shown: form.querySelector("[data-ticks]"),
    fold: form.querySelector("[data-others]"),
    rest: form.querySelector("[data-other-ticks]"),
  };
}

// As the portal has them, before the form is looked after.
export function fillTicks(form) {
  const ticked = new Set(form.dataset.ticked.split(" "));
  const rows = template.content.cloneNode(true);
  for (const box of rows.querySelectorAll("input")) {
    box.defaultChecked = ticked.has(box.value);
    box.checked = box.defaultChecked;
  }
  const { shown, rest } = partsOf(form);
  rest.replaceChildren(rows);
  shown.dataset.ticks = "filled";
}

// A text that came back may have ticked one that is folded away.
export function liftTicked(form) {
  const { shown, fold, rest } = partsOf(form);
  for (const box of rest.querySelectorAll("input:checked")) {
    // A row that is moved would lose the focus.
    if (box !== document.activeElement) {
      shown.append(box.closest(".tick-row"));
    }
  }
  const words = sentence("other-sources", { n: rest.children.length });
  fold.querySelector("[data-others-words]").textContent = words;
}

export function foldTicks(form) {
  liftTicked(form);
  const { shown, fold, rest } = partsOf(form);
  const n = rest.children.length;
  if (n <= SEEN_AT_ONCE) {
    fold.querySelector("[data-find]")?.remove();
    fold.open = shown.children.length === 0;
  }
  if (n <= SHORT) {
    shown.append(...rest.children);
  }
  fold.hidden = n <= SHORT;
}

function newTick(key, title) {
  const row = document.getElementById("source-tick-new").content.cloneNode(true);
  row.querySelector("input").value = key;
  row.querySelector(".tick__title").textContent = title;
  row.querySelector(".tick-row").dataset.foundBy = title;
  return row;
}

// A source entered just now, for every question of the page.
export function addTick(key, title) {
  template.content.append(newTick(key, title));
  for (const place of document.querySelectorAll('[data-ticks="filled"]')) {
    place.append(newTick(key, title));
  }
}
