// Texts that cannot be sent from here: somebody else's, or those that the portal has refused. They
// are offered to be taken along or deleted, and never shown.

import { person } from "./door.js";
import * as store from "./store.js";
import { byAnswer } from "./waiting.js";
import { clock, clone, fill, labelOf, sentence } from "./words.js";

const DAY_MS = 24 * 3600 * 1000;

function moment(at) {
  const then = new Date(at);
  const day = Date.now() - at > DAY_MS ? `${then.toLocaleDateString()} ` : "";
  return day + clock(then);
}

function passage(item) {
  const texts = Object.entries(item.fields).filter(([, value]) => value.length > 0);
  const said = texts.map(([name, value]) => `${labelOf(name)}:\n${[value].flat().join("\n")}`);
  return [`${item.indicator} ${item.title}`.trim(), moment(item.at), ...said].join("\n\n");
}

function asText(items) {
  return items.map(passage).join("\n\n----------\n\n");
}

function asData(items) {
  const told = items.map(({ sheet, round, indicator, title, at, fields, base }) => ({
    ...{ sheet, round, indicator, title, fields, base },
    typed_at: new Date(at).toISOString(),
  }));
  return JSON.stringify(told, null, 2);
}

function download(content, name, type) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 0);
}

const FILES = {
  text: (items) => download(asText(items), "texts.txt", "text/plain;charset=utf-8"),
  data: (items) => download(asData(items), "texts.json", "application/json"),
};

function act(panel, items, event) {
  const save = event.target.closest("[data-download]");
  if (save) {
    FILES[save.dataset.download](items);
  }
  if (event.target.closest("[data-delete]")) {
    panel.querySelector("[data-sure]").hidden = false;
    panel.querySelector("[data-delete-sure]").focus();
  }
  if (event.target.closest("[data-delete-not]")) {
    panel.querySelector("[data-sure]").hidden = true;
    panel.querySelector("[data-delete]").focus();
  }
  if (event.target.closest("[data-delete-sure]")) {
    store.remove(...items.flatMap((item) => item.keys)).then(() => {
      panel.replaceChildren(sentence("deleted"));
      panel.focus();
    });
  }
}

function line(item) {
  const why = item.person === person() ? item.words : "";
  const parts = [item.indicator, item.title, moment(item.at), why];
  const row = document.createElement("li");
  const place = document.createElement(item.state === "clash" ? "a" : "span");
  place.textContent = parts.filter(Boolean).join(", ");
  if (item.state === "clash") {
    place.href = item.page;
  }
  row.append(place);
  return row;
}

// WHY is the name of the sentence that says so: "of-another", "now-another", "not-taken" or
// "to-choose".
export function offer(all, why, { focus = false } = {}) {
  const items = byAnswer(all);
  const shell = clone("left-texts");
  const panel = shell.querySelector("[data-left]");
  fill(shell, "why", sentence(why, { n: items.length }));
  const list = shell.querySelector("[data-left-list]");
  for (const item of items) {
    list.append(line(item));
  }
  panel.addEventListener("click", (event) => act(panel, items, event));
  document.querySelectorAll(`[data-left="${why}"]`).forEach((old) => old.remove());
  panel.dataset.left = why;
  document.getElementById("notices").after(shell);
  if (focus) {
    panel.focus();
  }
}
