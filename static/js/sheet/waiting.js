// The texts that wait, in the order in which they were typed: in memory for this page, and in the
// browser's store, where each lies before it is sent.

import { newKey, person } from "./door.js";
import * as store from "./store.js";
import { hold, living, TAB } from "./tabs.js";

const waiting = [];
const attached = new Set();
const listeners = new Map();
let adopted = null;

export function on(name, listener) {
  const own = listeners.get(name) ?? new Set();
  listeners.set(name, own.add(listener));
  return () => own.delete(listener);
}

export function say(name, detail) {
  listeners.get(name)?.forEach((listener) => listener(detail));
}

export function laneOf({ door, day }) {
  return day ? `${door}#${day}` : door;
}

export function newItem(given) {
  const known = { person: person(), tab: TAB, at: Date.now(), act: "keep", state: "new" };
  return { key: newKey(), ...known, ...given };
}

// One text an answer: what was typed later stands over what was typed before.
export function byAnswer(items) {
  const answers = new Map();
  for (const item of items) {
    const before = answers.get(laneOf(item));
    const fields = { ...before?.fields, ...item.fields };
    answers.set(laneOf(item), { ...item, fields, keys: [...(before?.keys ?? []), item.key] });
  }
  return [...answers.values()];
}

export function itemsOf(lane) {
  return waiting.filter((item) => laneOf(item) === lane);
}

export function pending() {
  return [...waiting];
}

export function isWaiting(item) {
  return waiting.includes(item);
}

// The list changes at once; the promise resolves when the store holds the item too.
export function enqueue(item, replaced = null) {
  const place = replaced ? waiting.indexOf(replaced) : -1;
  if (place < 0) {
    waiting.push(item);
  } else {
    waiting.splice(place, 1, item);
  }
  return store.add(item, replaced?.key);
}

// A browser may forbid its store: the text then lasts as long as the page, which says so itself.
export function keep(item) {
  return store.add(item).catch(() => undefined);
}

export function drop(...items) {
  const keys = items.map((item) => item.key);
  for (const item of items.filter(isWaiting)) {
    waiting.splice(waiting.indexOf(item), 1);
  }
  return keys.length ? store.remove(...keys).catch(() => undefined) : Promise.resolve();
}

// Take over what a page that is gone has left, except of an answer that is open on this one.
async function takeOver() {
  const isOpen = await living();
  for (const item of await store.all(person())) {
    const isKnown = waiting.some((one) => one.key === item.key);
    if (!isKnown && !isOpen(item) && !attached.has(laneOf(item))) {
      item.tab = TAB;
      await keep(item);
      waiting.push(item);
    }
  }
}

export function adopt() {
  adopted = hold(takeOver).catch(() => undefined);
  return adopted;
}

// What was left behind is here before the first form is looked at.
export function loaded() {
  return adopted ?? adopt();
}

export function attachLane(lane) {
  attached.add(lane);
}
