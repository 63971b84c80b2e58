// The page of a sheet that the browser keeps: one question at a time, its sources filled in when
// it is shown, every text through the queue that the other pages use.

import "./keeping.js";
import { newKey, person, pulse, renew } from "./door.js";
import { enqueue, laneOf, newItem, on, pending, start } from "./queue.js";
import { attach, keeperOf } from "./saving.js";
import { recall } from "./store.js";
import "./rows.js";
import { addTick, fillTicks, foldTicks, liftTicked } from "./ticks.js";
import { sentence } from "./words.js";

const desk = document.querySelector(".desk--offline");
const questions = [...document.querySelectorAll(".away")];
const dialog = document.getElementById("new-source");
const made = new Date(desk.dataset.made);
let adding = null;

function codeFromAddress() {
  const inAddress = decodeURIComponent(window.location.hash).replace(/^#q-/, "");
  const rest = window.location.pathname.slice(desk.dataset.sheet.length);
  return inAddress || rest.split("/")[0];
}

function wanted() {
  const code = codeFromAddress();
  return questions.find((one) => one.dataset.code === code) ?? questions[0];
}

// What the portal has said since the page was kept.
async function knownSince(form) {
  const said = await recall(person(), laneOf(form.dataset)).catch(() => null);
  return said && new Date(said.at) > made ? said : null;
}

async function prepare(form) {
  if (!keeperOf(form)) {
    fillTicks(form);
    await attach(form, { known: await knownSince(form) });
    foldTicks(form);
  }
}

function markInList(current) {
  for (const link of document.querySelectorAll(".toc__link")) {
    const isCurrent = link.hash === `#${current.id}`;
    link.toggleAttribute("aria-current", isCurrent);
    if (isCurrent) {
      link.setAttribute("aria-current", "step");
    }
  }
}

async function show({ focus }) {
  const current = wanted();
  questions.forEach((one) => {
    one.hidden = one !== current;
  });
  markInList(current);
  const form = current.querySelector("form");
  if (form) {
    await prepare(form);
  }
  if (focus) {
    current.querySelector("h2").focus();
  }
}

function step(from, by) {
  const place = questions.indexOf(from.closest(".away")) + by;
  const next = questions[(place + questions.length) % questions.length];
  window.location.hash = next.id;
}

async function act(button, name) {
  const form = button.form;
  await keeperOf(form).act(name);
  step(form, 1);
}

function sayWaiting() {
  const n = pending().length;
  const name = n === 1 ? "away-one" : "away-many";
  document.querySelector("[data-away-waiting]").textContent = n ? sentence(name, { n }) : "";
}

function sayNetwork(isThere) {
  for (const line of document.querySelectorAll("[data-away]")) {
    line.hidden = (line.dataset.away === "on") !== isThere;
  }
}

function typedSource() {
  const form = dialog.querySelector("form");
  const named = [...new FormData(form)].filter(([name]) => name.startsWith("source-"));
  return Object.fromEntries(named.map(([name, text]) => [name.replace(/^source-/, ""), text]));
}

function openSource(form) {
  adding = form;
  if (!dialog.querySelector('[name="source-title"]').value) {
    dialog.querySelector(`[name="source-kind"][value="${form.dataset.evidence}"]`).checked = true;
  }
  dialog.showModal();
}

async function addSource(fields) {
  const key = newKey();
  const { sheet, round } = adding.dataset;
  const item = { act: "source", key, door: dialog.dataset.door, sheet, round, fields };
  await enqueue(newItem({ ...item, indicator: "", title: fields.title }));
  addTick(key, fields.title);
  adding.querySelector(`input[value="${key}"]`).checked = true;
  await keeperOf(adding).save();
  dialog.querySelector("form").reset();
}

function onSource(event) {
  if (event.submitter?.value !== "add") {
    return;
  }
  const fields = typedSource();
  const wrong = dialog.querySelector("[data-source-wrong]");
  wrong.hidden = Boolean(fields.title?.trim());
  if (wrong.hidden) {
    addSource(fields);
  } else {
    event.preventDefault();
    dialog.querySelector('[name="source-title"]').focus();
  }
}

desk.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.step) {
    step(button, Number(button.dataset.step));
  } else if (button && "record" in button.dataset) {
    act(button, "record");
  } else if (button && "confirm" in button.dataset) {
    act(button, "confirm");
  } else if (button && "addSource" in button.dataset) {
    openSource(button.form);
  }
});

// Enter in a field of one line keeps what is typed; it must not leave the page.
desk.addEventListener("submit", (event) => {
  event.preventDefault();
  keeperOf(event.target)?.save();
});

desk.addEventListener("sheet:written", ({ target }) => liftTicked(target));
dialog.addEventListener("submit", onSource);
window.addEventListener("hashchange", () => show({ focus: true }));
on("waiting", () => sayNetwork(false));
on("kept", () => sayNetwork(true));
for (const name of ["sending", "kept", "clash", "refused", "waiting", "idle"]) {
  on(name, sayWaiting);
}
window.addEventListener("online", async () => {
  const now = await pulse(desk.dataset.pulse);
  sayNetwork(now.status === 200);
  renew(now);
});

await show({ focus: false });
await start();
sayWaiting();
const now = await pulse(desk.dataset.pulse);
sayNetwork(now.status === 200);
renew(now);
