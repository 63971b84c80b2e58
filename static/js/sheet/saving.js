// Looks after one answer's form: what is typed lies in the browser's store a moment later, and is
// sent after a pause. It knows what the portal last said of each field, so that of a form only
// what was changed is sent, and nothing that was typed since is overwritten by an answer.

import { changed, read, write } from "./fields.js";
import { listen, showRestored, showStopped } from "./hearing.js";
import { compose, restore, settle } from "./merging.js";
import * as queue from "./queue.js";
import { State } from "./state.js";
import { attachLane } from "./waiting.js";

const STORE_MS = 250;
const SEND_MS = 900;

const keepers = new Map();

export function keeperOf(form) {
  return keepers.get(form);
}

export function allKeepers() {
  return [...keepers.values()];
}

export class Keeper {
  constructor(form, known) {
    const { door, day = "", draft = 0, basedOn = 0 } = form.dataset;
    this.form = form;
    this.lane = queue.laneOf({ door, day });
    this.server = { ...read(form, { rendered: true }), ...known?.fields };
    this.draft = Number(known?.draft ?? draft);
    this.version = Number(known?.version ?? basedOn);
    this.state = new State(form);
    this.isSafe = true;
    this.typedAt = 0;
    // What was said when a text came back: it stands until the person goes on.
    this.restored = "";
    this.closed = "";
    this.panel = null;
    this.offs = listen(this);
    form.addEventListener("input", this);
    form.addEventListener("change", this);
    this.begin(known);
  }

  begin(known) {
    const items = queue.itemsOf(this.lane);
    if (known) {
      write(this.form, known.fields);
    }
    if (items.length > 0) {
      showRestored(this, restore(this, items));
    }
    this.setNumbers();
    if (changed(read(this.form), this.assumed()).length > 0) {
      this.schedule();
    }
  }

  isTyped() {
    return changed(read(this.form), this.assumed(null)).length > 0;
  }

  detach() {
    clearTimeout(this.storeTimer);
    clearTimeout(this.sendTimer);
    this.offs.forEach((off) => off());
    this.panel?.close();
    queue.wake(this.lane);
    this.form.removeEventListener("input", this);
    this.form.removeEventListener("change", this);
    keepers.delete(this.form);
  }

  handleEvent(event) {
    this.typedAt = Date.now();
    this.restored = "";
    if (event.type === "input") {
      this.state.typing();
    }
    this.schedule();
    if (event.type === "change") {
      this.put();
    }
  }

  schedule() {
    this.isSafe = false;
    clearTimeout(this.sendTimer);
    this.storeTimer ??= setTimeout(() => this.put(), STORE_MS);
    this.sendTimer = setTimeout(() => this.save(), SEND_MS);
  }

  // The last text of this answer is changed as long as it was never sent.
  tail() {
    const last = queue.itemsOf(this.lane).at(-1);
    const isOpen = last?.state === "clash" || (last?.act === "keep" && last.state !== "tried");
    return isOpen ? last : null;
  }

  // What the portal will hold once everything before the tail has arrived.
  assumed(tail = this.tail()) {
    const before = queue.itemsOf(this.lane).filter((item) => item !== tail);
    return Object.assign({}, this.server, ...before.map((item) => item.fields));
  }

  async put(act = "keep") {
    clearTimeout(this.storeTimer);
    this.storeTimer = null;
    const tail = this.tail();
    const item = compose(this, act, tail);
    try {
      await (item ? queue.enqueue(item, tail) : this.forget(tail));
      this.isSafe = true;
    } catch {
      this.isSafe = false;
      this.state.show("unsafe");
    }
  }

  forget(tail) {
    return tail ? queue.drop(tail) : null;
  }

  async save() {
    await this.put();
    if (queue.itemsOf(this.lane).length === 0) {
      this.state.back();
    }
    await this.flush();
  }

  // Record or confirm with all that is typed, now or when the network is back.
  async act(name) {
    this.restored = "";
    clearTimeout(this.sendTimer);
    await this.put(name);
    this.flush();
  }

  flush() {
    const why = queue.isStopped();
    if (why && queue.itemsOf(this.lane).length > 0) {
      showStopped(this, why);
    }
    return queue.flush();
  }

  // An ordinary save of the form says with these what it was typed on. An opinion is on the
  // version that the page shows, whichever its text was begun on.
  setNumbers() {
    Object.assign(this.form.dataset, { draft: this.draft, basedOn: this.version });
    const version = "versionStays" in this.form.dataset ? [] : [["version", this.version]];
    for (const [name, value] of [...version, ["draft", this.draft]]) {
      const input = this.form.querySelector(`input[type="hidden"][name="${name}"]`);
      if (input) {
        input.value = value;
      }
    }
  }

  // A person has chosen: PICKED is the text of each disputed field, ASIDE the ones not taken.
  async choose(picked, aside) {
    this.panel = null;
    this.restored = "";
    const item = this.tail();
    const stored = queue.enqueue(settle(this, item, picked, aside), item);
    await stored.catch(() => undefined);
    await this.flush();
  }
}

// KNOWN: {fields, version, draft} where the portal has said more since the form was rendered.
export async function attach(form, { known = null } = {}) {
  await queue.loaded();
  attachLane(queue.laneOf(form.dataset));
  keepers.get(form)?.detach();
  const keeper = new Keeper(form, known);
  keepers.set(form, keeper);
  return keeper;
}
