// The forms of a page are looked after, before and after htmx has put in others.

import { countIn } from "./counting.js";
import { isPosted, takeOver } from "./posting.js";
import { watch } from "./presence.js";
import { start } from "./queue.js";
import { allKeepers, attach } from "./saving.js";

const FORMS = "form[data-door]";

async function begin() {
  const forms = [...document.querySelectorAll(FORMS)];
  await Promise.all(forms.map((form) => attach(form)));
  forms.forEach(countIn);
  await start();
}

document.addEventListener("htmx:afterSwap", () => {
  for (const keeper of allKeepers().filter(({ form }) => !form.isConnected)) {
    // Another form of the page was sent: what is typed here waits in the store.
    if (!keeper.isSafe && !isPosted(keeper.form)) {
      keeper.put();
    }
    keeper.detach();
  }
  const known = new Set(allKeepers().map(({ form }) => form));
  for (const form of document.querySelectorAll(FORMS)) {
    if (!known.has(form)) {
      takeOver(form, countIn);
    }
  }
});

begin();

const address = document.querySelector("[data-pulse]")?.dataset.pulse;
if (address) {
  watch(address);
}
