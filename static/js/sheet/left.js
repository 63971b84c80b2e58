// On every page of somebody who is signed in: texts that wait in this browser are sent, those of
// another person are offered, and nobody signs out without knowing what has not been sent.

import { person } from "./door.js";
import { offer } from "./offering.js";
import { forgetSheets } from "./offline.js";
import * as queue from "./queue.js";
import * as store from "./store.js";
import { byAnswer } from "./waiting.js";
import { fill, sentence } from "./words.js";

const STUCK = { refused: "not-taken", clash: "to-choose" };
const FORGET_MS = 2000;
const dialog = document.getElementById("signing-out");

async function offerWhatIsLeft() {
  for (const other of await store.people()) {
    if (other.person !== person()) {
      offer(await store.all(other.person), "of-another");
    }
  }
  const own = await store.all(person());
  const open = new Set([...document.querySelectorAll("form[data-door]")].map((form) => queue.laneOf(form.dataset)));
  const elsewhere = own.filter((item) => !open.has(queue.laneOf(item)));
  for (const [state, why] of Object.entries(STUCK)) {
    const items = elsewhere.filter((item) => item.state === state);
    if (items.length > 0) {
      offer(items, why);
    }
  }
}

// The sheet that this browser keeps for the time without a network goes with the person.
async function leave(form) {
  const tooLong = new Promise((resolve) => setTimeout(resolve, FORGET_MS));
  await Promise.race([forgetSheets().catch(() => undefined), tooLong]);
  form.submit();
}

async function onSignOut(event) {
  const form = event.target;
  if (!form.matches("[data-sign-out]")) {
    return;
  }
  event.preventDefault();
  const waiting = await store.all(person()).catch(() => []);
  if (waiting.length === 0) {
    leave(form);
    return;
  }
  fill(dialog, "waiting", sentence("waiting-texts", { n: byAnswer(waiting).length }));
  dialog.returnValue = "";
  dialog.showModal();
  dialog.addEventListener("close", () => onChoice(form), { once: true });
}

async function onChoice(form) {
  const choice = dialog.returnValue;
  if (choice === "delete") {
    await store.wipe(person());
  }
  if (choice === "delete" || choice === "keep") {
    leave(form);
  }
}

document.addEventListener("submit", onSignOut, true);
offerWhatIsLeft().catch(() => undefined);
if (!document.querySelector("form[data-door]")) {
  queue.loaded().then(queue.start);
}
