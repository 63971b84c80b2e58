// "Save" sends the whole form, by htmx, as it would without a script. Around it: the answer's own
// texts are in the browser's store before and out of it after; what is typed while the form is on
// its way is put into the one that comes back; and without a network the act waits in the queue.

import { changed, pick, read, write } from "./fields.js";
import * as queue from "./queue.js";
import { attach, keeperOf } from "./saving.js";

const LONGEST_WAIT_MS = 3000;
const ACTS = { stay: "record", next: "record", confirm: "confirm" };
const REDIRECTED = 300;
const BROKEN = 500;
// Refusing these, the portal keeps what was sent; another form names its own (data-kept).
const KEPT = "409 422";

const posts = new WeakMap();
let late = null;

function hasFailed(xhr) {
  return xhr.status === 0 || xhr.status >= BROKEN;
}

async function hold(keeper, issue) {
  const rested = queue.rest(keeper.lane, LONGEST_WAIT_MS);
  await keeper.put();
  await rested;
  posts.set(keeper.form, { sent: read(keeper.form), act: "" });
  issue(true);
}

function onConfirm(event) {
  const keeper = keeperOf(event.detail.elt);
  if (!keeper) {
    return;
  }
  event.preventDefault();
  if (keeper.panel) {
    keeper.panel.focus();
  } else if (!posts.has(keeper.form)) {
    posts.set(keeper.form, null);
    hold(keeper, event.detail.issueRequest);
  }
}

function onRequest(event) {
  const post = posts.get(event.detail.elt);
  if (post) {
    post.act = event.detail.parameters.act ?? "";
  }
}

// The portal has the whole form now, recorded or as a draft: nothing of it waits any more. What is
// said once (data-once) takes no draft from then on, so nothing more of its form is written.
function onAnswered(event) {
  const keeper = keeperOf(event.detail.elt);
  const post = keeper && posts.get(keeper.form);
  const { xhr } = event.detail;
  const kept = (keeper?.form.dataset.kept ?? KEPT).split(" ");
  const isTaken = xhr.status < REDIRECTED || kept.includes(String(xhr.status));
  if (!post || !isTaken || xhr.responseText.includes("data-signed-out")) {
    return;
  }
  const now = read(keeper.form);
  late = pick(now, changed(now, post.sent));
  queue.drop(...queue.itemsOf(keeper.lane));
  keeper.server = { ...keeper.server, ...post.sent };
  if (xhr.status < REDIRECTED && "once" in keeper.form.dataset) {
    // Said for good: a key pressed since belongs neither to this form nor to the next one.
    late = null;
    keeper.detach();
  }
}

// The form's act waits in the queue; one that has no place there leaves its text as a draft.
async function put(keeper, act) {
  await keeper.act(ACTS[act] ?? "keep");
  if (act === "next") {
    await goOn(keeper.form.dataset);
  }
}

// The state says that it waits; the page's own word of a failure would say that it is lost.
function onTrouble(event) {
  const { elt, xhr } = event.detail;
  if (keeperOf(elt) && hasFailed(xhr)) {
    event.preventDefault();
  }
}

// To the next question, where this browser has kept the sheet for such a time.
async function goOn({ sheet, next }) {
  const kept = next && (await window.caches?.match(`${sheet}offline/`));
  if (kept) {
    window.location.assign(next);
  }
}

function onDone(event) {
  const keeper = keeperOf(event.detail.elt);
  const post = keeper && posts.get(keeper.form);
  if (!post) {
    return;
  }
  posts.delete(keeper.form);
  queue.wake(keeper.lane);
  if (hasFailed(event.detail.xhr)) {
    put(keeper, post.act);
  } else {
    queue.flush();
  }
}

// A form that htmx does not send leads to another page: what it carries is not sent twice.
function onSubmit(event) {
  const keeper = keeperOf(event.target);
  if (!keeper || keeper.form.hasAttribute("hx-post")) {
    return;
  }
  if (!navigator.onLine) {
    event.preventDefault();
    keeper.save();
    return;
  }
  queue.drop(...queue.itemsOf(keeper.lane));
  keeper.detach();
}

export function isPosted(form) {
  return Boolean(posts.get(form));
}

// The form that came in place of the old one, with what was typed meanwhile.
export async function takeOver(form, begin) {
  const typed = late;
  late = null;
  const keeper = await attach(form);
  begin(form);
  if (typed && Object.keys(typed).length > 0) {
    write(form, typed);
    keeper.schedule();
  }
}

document.addEventListener("submit", onSubmit, true);
document.addEventListener("htmx:confirm", onConfirm);
document.addEventListener("htmx:configRequest", onRequest);
document.addEventListener("htmx:beforeOnLoad", onAnswered);
document.addEventListener("htmx:sendError", onTrouble, true);
document.addEventListener("htmx:responseError", onTrouble, true);
document.addEventListener("htmx:afterRequest", onDone);
