// Once a minute while the page is looked at: the session and its token stay fresh, and a hint
// comes and goes that somebody else has the sheet open. A hint: nothing is locked.

import { person, pulse, renew } from "./door.js";
import * as queue from "./queue.js";

const EVERY_MS = 60000;
let timer = 0;
let shown = "";

function show(words) {
  shown = words;
  const place = document.querySelector("[data-presence]");
  if (place) {
    place.hidden = !words;
    place.querySelector("[data-presence-words]").textContent = words;
  }
}

function take(answer) {
  if (answer.status === 200 && answer.person === person()) {
    renew(answer);
    show(answer.presence ?? "");
  } else if (answer.status === 200) {
    queue.halt("foreign");
  } else if (answer.status === 401) {
    queue.halt("signed_out");
  }
}

async function beat(address) {
  clearTimeout(timer);
  if (document.visibilityState === "visible" && !queue.isStopped()) {
    take(await pulse(address));
  }
  timer = setTimeout(() => beat(address), EVERY_MS);
}

export function watch(address) {
  document.addEventListener("visibilitychange", () => beat(address));
  document.addEventListener("htmx:afterSwap", () => show(shown));
  return beat(address);
}
