// Which pages of this browser are still open: each looks after its own texts, and what a page
// that is gone has left is taken over by the next.

import { newKey } from "./door.js";

export const TAB = newKey();
const OPEN = "sheets-tab-";
const TAKING_OVER = "sheets-taking-over";
// Without locks (no https) only a text that has lain for a while is taken over.
const A_WHILE_MS = 60000;

let release = () => undefined;

function sayOpen() {
  navigator.locks?.request(
    OPEN + TAB,
    () =>
      new Promise((resolve) => {
        release = resolve;
      }),
  );
}

// Whether the page that typed an item is still there: a function of the item.
export async function living() {
  if (!navigator.locks) {
    return (item) => item.tab === TAB || Date.now() - item.at < A_WHILE_MS;
  }
  const { held } = await navigator.locks.query();
  const names = new Set(held.map((lock) => lock.name));
  return (item) => item.tab === TAB || names.has(OPEN + item.tab);
}

// One page at a time takes over.
export function hold(work) {
  return navigator.locks ? navigator.locks.request(TAKING_OVER, work) : work();
}

sayOpen();
window.addEventListener("pagehide", () => release());
window.addEventListener("pageshow", (event) => {
  if (event.persisted) {
    sayOpen();
  }
});
