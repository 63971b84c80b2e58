// Of one answer: what is to be sent, what an answer of the portal changes in the form, and what a
// person's choice between two texts comes to.

import { changed, pick, read, same, write } from "./fields.js";
import * as queue from "./queue.js";
import { clock, sentence } from "./words.js";

function where(keeper) {
  const { door, day = "", sheet, round, indicator, title } = keeper.form.dataset;
  return { door, day, sheet, round, indicator, title, page: window.location.pathname };
}

// Returns the item that holds all that is changed and was never sent, or null if nothing is.
// TAIL is the one it replaces.
export function compose(keeper, act, tail) {
  const assumed = keeper.assumed(tail);
  const now = read(keeper.form);
  const disputed = tail?.clash?.clashes.map((one) => one.field) ?? [];
  const always = [...Object.keys(tail?.set_aside ?? {}), ...disputed];
  const names = [...new Set([...changed(now, assumed), ...always])];
  if (names.length === 0 && act === "keep") {
    return null;
  }
  const fields = pick(now, names);
  if (tail && tail.act === act && JSON.stringify(fields) === JSON.stringify(tail.fields)) {
    return tail;
  }
  return queue.newItem({
    ...where(keeper),
    act: tail && tail.act !== "keep" ? tail.act : act,
    draft: tail?.draft ?? keeper.draft,
    based_on: tail?.based_on ?? keeper.version,
    fields,
    base: assumed,
    ...(tail?.set_aside ? { set_aside: tail.set_aside } : {}),
    ...(tail?.state === "clash" ? { state: "clash", clash: tail.clash } : {}),
    ...(keeper.closed ? { state: "refused", words: keeper.closed } : {}),
  });
}

// Put into the form what an earlier page had not sent, on top of what it was typed on. Returns
// the item that a person must look at, if one is, and what is to be said.
export function restore(keeper, items) {
  const isNews = items.some((item) => changed(item.fields, keeper.server).length > 0);
  for (const item of [...items].reverse()) {
    Object.assign(keeper.server, pick(item.base, Object.keys(item.fields)));
  }
  items.forEach((item) => write(keeper.form, item.fields));
  keeper.draft = items[0].draft;
  keeper.version = items[0].based_on;
  const time = clock(new Date(items.at(-1).at));
  return {
    stuck: items.find((item) => item.state === "clash" || item.state === "refused"),
    words: isNews ? sentence("restored", { time }) : "",
  };
}

// Show what somebody else changed where nothing was typed since. Returns the names of the fields.
export function takeIn(keeper, item, answer) {
  Object.assign(keeper.server, item.fields);
  const tail = keeper.tail();
  const sent = Object.assign(
    {},
    ...queue.itemsOf(keeper.lane).map((one) => (one === tail ? {} : one.fields)),
  );
  const now = read(keeper.form);
  const news = Object.entries(answer.fields ?? {}).filter(
    ([name, theirs]) => name in now && !same(theirs, keeper.server[name]),
  );
  const isFree = ([name]) => !(name in sent) && same(now[name], keeper.server[name]);
  const taken = Object.fromEntries(news.filter(isFree));
  Object.assign(keeper.server, taken);
  write(keeper.form, taken);
  if (news.every(isFree)) {
    // Else the old numbers stay, so that the portal merges what was typed meanwhile.
    keeper.draft = answer.draft ?? keeper.draft;
    keeper.version = answer.version ?? keeper.version;
    keeper.setNumbers();
  }
  return Object.keys(taken);
}

// Returns the item that says what a person chose, typed on top of both texts.
export function settle(keeper, item, picked, aside) {
  const { clash, ...rest } = item;
  const theirs = Object.fromEntries(clash.clashes.map((one) => [one.field, one.theirs]));
  Object.assign(keeper.server, theirs);
  write(keeper.form, picked);
  const { key, at, state } = queue.newItem({});
  return {
    ...rest,
    ...{ key, at, state, based_on: clash.version, draft: clash.draft },
    fields: { ...item.fields, ...picked },
    base: { ...item.base, ...theirs },
    set_aside: { ...item.set_aside, ...aside },
  };
}
