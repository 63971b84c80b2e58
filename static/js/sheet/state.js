// The save state of one answer, in words and a shape, wherever its form shows it. Read out is only
// what a person must know: not every pause in which a draft was kept.

import { clone, fill } from "./words.js";

const QUIET = new Set(["saving", "kept", "recorded"]);
// A save that is faster than this needs no word of its own.
const PATIENCE_MS = 400;

export class State {
  constructor(form) {
    this.form = form;
    this.shown = "";
    this.timer = 0;
    this.isSaving = false;
    // What is true when nothing typed waits: as the page came, until the portal says more.
    this.rest = [...form.querySelectorAll("[data-save-state]")].map((place) => [
      place,
      [...place.childNodes],
    ]);
  }

  // STATE is the name of a template save-STATE; WORDS a further sentence, or none.
  show(state, { time = "", why = "", words } = {}) {
    clearTimeout(this.timer);
    if (state === "saving") {
      this.timer = setTimeout(() => this.put(state, { time, why }), PATIENCE_MS);
    } else {
      this.put(state, { time, why });
    }
    if (words !== undefined) {
      this.explain(words);
    }
    this.announce(state, words);
  }

  // The portal has said this; it may be shown later, when nothing is on its way any more.
  note(state, time) {
    this.rest = { state, time };
  }

  // From the first key on: what was saved before is not what stands there now. A trouble stays.
  typing() {
    const isCalm = this.shown === "" || QUIET.has(this.shown);
    if (isCalm && !this.isSaving) {
      this.put("saving", {});
    }
  }

  // What was typed came to nothing: it is as the portal has it.
  back() {
    if (!this.isSaving) {
      return;
    }
    clearTimeout(this.timer);
    if (Array.isArray(this.rest)) {
      this.rest.forEach(([place, nodes]) => {
        place.replaceChildren(...nodes);
        place.dataset.saveState = "";
      });
      this.isSaving = false;
    } else {
      this.put(this.rest.state, this.rest);
    }
  }

  put(state, { time = "", why = "" }) {
    this.isSaving = state === "saving";
    for (const place of this.form.querySelectorAll("[data-save-state]")) {
      const shown = clone(`save-${state}`);
      fill(shown, "time", time);
      fill(shown, "why", why);
      if (place.ariaHidden) {
        // A copy beside the field: for the eyes alone.
        shown.querySelectorAll("button").forEach((button) => button.remove());
      }
      place.replaceChildren(shown);
      place.dataset.saveState = state;
    }
    this.text = this.form.querySelector("[data-save-state]")?.textContent.trim() ?? "";
  }

  explain(words) {
    for (const place of this.form.querySelectorAll("[data-save-words]")) {
      place.textContent = words;
      place.hidden = !words;
    }
  }

  announce(state, words) {
    const wasTrouble = this.shown !== "" && !QUIET.has(this.shown);
    const isNews = state !== this.shown && (!QUIET.has(state) || wasTrouble);
    const place = this.form.querySelector("[data-save-said]");
    const said = [this.text, words].filter(Boolean).join(" ");
    // What was read out already is not read out again at every try.
    if (place && state !== "saving" && (isNews || words) && place.textContent !== said) {
      place.textContent = said;
    }
    this.shown = state === "saving" ? this.shown : state;
  }
}
