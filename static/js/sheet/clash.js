// Two texts of one field: both are shown, a person takes one or writes a third, and the one not
// taken goes with it to be kept. The panel stands over the form, which stays as it is.

import { read } from "./fields.js";
import { clone, fill, sentence } from "./words.js";

// The focus waits until a sentence is done.
const QUIET_MS = 1500;

let panels = 0;

function controlOf(form, name) {
  const found = form.elements[name];
  return found instanceof RadioNodeList ? found[0] : found;
}

function isText(control) {
  return control && !["radio", "checkbox"].includes(control.type);
}

// As a person would say it: a text itself, and of a choice its label.
function shown(form, name, value) {
  const found = form.elements[name];
  const radios = found instanceof RadioNodeList ? [...found] : [];
  const label = radios.find((radio) => radio.value === value)?.labels?.[0];
  const words = label ? (label.querySelector("[data-key-name]") ?? label).textContent : value;
  return String(words ?? "").trim() || sentence("nothing");
}

class Panel {
  constructor(keeper, item) {
    this.keeper = keeper;
    this.clashes = item.clash.clashes;
    this.whose = item.clash.who === "you" ? "you" : "other";
    this.taken = new Map();
    const shell = clone("clash");
    this.element = shell.querySelector("[data-clash]");
    this.title = shell.querySelector("[data-clash-title]");
    panels += 1;
    this.title.id = `clash-${panels}`;
    this.element.setAttribute("aria-labelledby", this.title.id);
    fill(shell, "words", item.clash.words);
    const who = [item.clash.who_words, item.clash.shown].filter(Boolean).join(" ");
    this.parts = this.clashes.map((one) => this.part(one, who));
    shell.querySelector("[data-clash-fields]").append(...this.parts);
    keeper.form.before(shell);
    keeper.form.addEventListener("input", this);
    // What is still typed when the focus comes here is no key of the page.
    this.element.addEventListener("keydown", (event) => event.stopPropagation());
  }

  part(one, who) {
    const { form } = this.keeper;
    const part = clone("clash-field").firstElementChild;
    const control = controlOf(form, one.field);
    fill(part, "label", one.label);
    fill(part, "mine", shown(form, one.field, read(form)[one.field]));
    fill(part, "theirs", one.theirs_shown || shown(form, one.field, one.theirs));
    fill(part, "base", shown(form, one.field, one.base));
    fill(part, "who", who);
    for (const words of part.querySelectorAll("[data-whose]")) {
      if (words.dataset.whose !== this.whose) {
        words.remove();
      }
    }
    const third = part.querySelector("[data-third]");
    if (isText(control)) {
      third.querySelector("textarea").value = read(form)[one.field];
    } else {
      third.remove();
    }
    part.addEventListener("click", (event) => {
      const button = event.target.closest("[data-take]");
      if (button) {
        this.take(one, part, button);
      }
    });
    return part;
  }

  // What is typed in the form meanwhile is what "mine" means.
  handleEvent() {
    const { form } = this.keeper;
    this.clashes.forEach((one, place) => {
      fill(this.parts[place], "mine", shown(form, one.field, read(form)[one.field]));
    });
  }

  take(one, part, button) {
    const way = button.dataset.take;
    const mine = read(this.keeper.form)[one.field];
    const third = part.querySelector("[data-third] textarea")?.value;
    const text = { mine, theirs: one.theirs, third }[way];
    this.taken.set(one.field, { text, aside: way === "theirs" ? mine : one.theirs });
    for (const other of part.querySelectorAll("[data-take]")) {
      other.setAttribute("aria-pressed", String(other === button));
    }
    if (this.taken.size === this.clashes.length) {
      this.finish();
    }
  }

  finish() {
    const entries = [...this.taken];
    const picked = Object.fromEntries(entries.map(([name, { text }]) => [name, text]));
    const aside = Object.fromEntries(entries.map(([name, one]) => [name, one.aside]));
    this.close();
    const control = controlOf(this.keeper.form, this.clashes[0].field);
    (this.keeper.form.querySelector(`[name="${control.name}"]:checked`) ?? control).focus();
    this.keeper.choose(picked, aside);
  }

  focus() {
    clearTimeout(this.timer);
    const left = this.keeper.typedAt + QUIET_MS - Date.now();
    if (left > 0) {
      this.timer = setTimeout(() => this.focus(), left);
      return;
    }
    this.title.focus();
    this.element.scrollIntoView({ block: "nearest" });
  }

  close() {
    clearTimeout(this.timer);
    this.keeper.form.removeEventListener("input", this);
    this.element.remove();
  }
}

// FOCUS: the panel comes while somebody is here; on a page that has just been opened the focus
// stays where it is.
export function openClash(keeper, item, { focus }) {
  const panel = new Panel(keeper, item);
  if (focus) {
    panel.focus();
  }
  return panel;
}
