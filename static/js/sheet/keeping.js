// A sheet that is opened to be answered is kept by the browser for the time without a network, and
// so is what the portal said of its answers since. At most once a minute: the page is large.

import { person } from "./door.js";
import { keepSheet } from "./offline.js";
import { on } from "./queue.js";
import { remember } from "./store.js";

const MINUTE_MS = 60000;
const STORE = "sheet-kept";

function isFresh(sheet) {
  try {
    const [kept, at] = JSON.parse(window.sessionStorage.getItem(STORE) ?? "[]");
    return kept === sheet && Date.now() - at < MINUTE_MS;
  } catch {
    return false;
  }
}

function note(sheet) {
  try {
    window.sessionStorage.setItem(STORE, JSON.stringify([sheet, Date.now()]));
  } catch {
    // A browser may forbid its store; the page is then kept once more than needed.
  }
}

async function keep() {
  const sheet = document.querySelector("form[data-sheet]")?.dataset.sheet;
  if (!sheet) {
    return;
  }
  if (!isFresh(sheet)) {
    const { kept } = await keepSheet(person(), `${sheet}offline/`);
    if (!kept) {
      return;
    }
    note(sheet);
  }
  document.querySelectorAll("[data-sheet-kept]").forEach((hint) => {
    hint.hidden = false;
  });
}

on("kept", ({ item, answer }) => {
  if (item.act !== "source") {
    remember({ ...item, ...answer, person: item.person }).catch(() => undefined);
  }
});

keep().catch(() => undefined);
