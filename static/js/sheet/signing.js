// The session has ended: signing in happens on the page that is open, and what was typed is sent
// afterwards. The dialog never takes the focus from somebody who is typing.

import { ask, person, renew, token } from "./door.js";
import { offer } from "./offering.js";
import * as queue from "./queue.js";
import { allKeepers } from "./saving.js";
import * as store from "./store.js";
import { sentence } from "./words.js";

const dialog = document.getElementById("sign-in-here");
let after = null;
// Where the person was: a closed dialog would go back to the button that opened it.
let left = null;

function isTyping() {
  const fields = "textarea, input:not([type=radio], [type=checkbox])";
  return document.activeElement?.matches(fields) && !dialog.contains(document.activeElement);
}

function explain(words) {
  const place = dialog.querySelector("[data-sign-in-error]");
  place.hidden = !words;
  place.querySelector("[data-fill]").textContent = words;
}

// MODAL: a button was pressed for it. THEN is done when the same person is signed in again.
export function openSignIn({ modal = false, then = null } = {}) {
  after = then ?? after;
  if (!dialog || (dialog.open && !modal)) {
    return;
  }
  explain("");
  if (modal || !isTyping()) {
    dialog.close();
    dialog.showModal();
    dialog.querySelector('[name="username"]').focus();
  } else {
    // Opened without its focusing steps: the next key still belongs to the sentence.
    dialog.open = true;
  }
}

// Nothing of one person is sent, or kept in sight, in the session of another.
async function standBack() {
  dialog.close();
  await Promise.all(allKeepers().map((keeper) => keeper.put()));
  document.querySelectorAll("main > :not(#notices)").forEach((part) => {
    part.hidden = true;
  });
  offer(await store.all(person()), "now-another", { focus: true });
}

function close() {
  dialog.close();
  if (left?.isConnected) {
    left.focus();
  }
}

async function post(form) {
  const body = new URLSearchParams(new FormData(form));
  const send = (csrf) =>
    ask(form.action, { method: "POST", body, headers: { "X-CSRFToken": csrf } });
  const answer = await send(token());
  return answer.state === "token" ? send(answer.csrf) : answer;
}

async function signIn(form) {
  const answer = await post(form);
  if (answer.status !== 200) {
    explain(answer.words ?? sentence("no-network"));
    form.elements.password.select();
    return;
  }
  form.elements.password.value = "";
  renew(answer);
  if (answer.person !== person()) {
    queue.halt("foreign");
    window.location.assign(document.querySelector("[data-home]").dataset.home);
    return;
  }
  close();
  await queue.resume();
  after?.();
  after = null;
}

function onSubmit(event) {
  event.preventDefault();
  const form = event.target;
  if (form.ariaBusy === "true") {
    return;
  }
  form.ariaBusy = "true";
  signIn(form).finally(() => {
    form.ariaBusy = null;
  });
}

// A form of htmx that met a session that has ended: its answer is no part of the page.
function onAnswer(event) {
  const { xhr, requestConfig } = event.detail;
  const { elt } = requestConfig;
  const text = xhr.status === 401 || xhr.status === 403 ? xhr.responseText : "";
  if (!text.includes("data-signed-out")) {
    return;
  }
  event.detail.shouldSwap = false;
  queue.halt("signed_out");
  const again = elt.matches("form") ? () => elt.requestSubmit(pressed(elt)) : null;
  openSignIn({ modal: true, then: again });
}

const buttons = new WeakMap();

function pressed(form) {
  const button = buttons.get(form);
  return button?.isConnected ? button : null;
}

if (dialog) {
  dialog.querySelector("form").addEventListener("submit", onSubmit);
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  document.addEventListener("htmx:beforeSwap", onAnswer);
  document.addEventListener("focusin", ({ target }) => {
    if (target.closest("main") && !target.closest("dialog, [data-sign-in-open]")) {
      left = target;
    }
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[type=submit]");
    if (button?.form) {
      buttons.set(button.form, button);
    }
    if (event.target.closest("[data-sign-in-open]")) {
      openSignIn({ modal: true });
    }
    if (event.target.closest("[data-sign-in-later]")) {
      close();
    }
  });
  queue.on("signed_out", () => openSignIn());
  queue.on("foreign", standBack);
}
