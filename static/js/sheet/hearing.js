// What the queue says of one answer's texts, shown at its form: kept, waiting, two texts, refused.

import { openClash } from "./clash.js";
import { takeIn } from "./merging.js";
import * as queue from "./queue.js";
import { sentence } from "./words.js";

// After these nothing more is sent from the form; what is typed there stays in the browser.
const CLOSED = new Set([403, 404, 423]);

const HEARD = {
  sending({ state }) {
    state.show("saving");
  },

  waiting(keeper) {
    const isSaved = queue.itemsOf(keeper.lane).some((item) => item.act !== "keep");
    const words = [keeper.restored, isSaved ? sentence("record-waits") : ""];
    keeper.state.show("waiting", { words: words.filter(Boolean).join(" ") });
  },

  kept(keeper, item, answer) {
    const merged = takeIn(keeper, item, answer);
    const isMore = queue.itemsOf(keeper.lane).length > 0 || keeper.isTyped();
    keeper.isSafe ||= !isMore;
    const state = answer.state === "recorded" ? "recorded" : "kept";
    keeper.state.note(state, answer.shown);
    keeper.state.show(isMore ? "saving" : state, {
      time: answer.shown,
      words: merged.length > 0 ? answer.words : keeper.restored,
    });
  },

  said({ state }) {
    state.back();
  },

  clash(keeper, item, answer) {
    const theirs = { ...answer.fields };
    Object.keys(item.fields).forEach((name) => delete theirs[name]);
    takeIn(keeper, { fields: {} }, { fields: theirs });
    keeper.state.show("clash", { words: "" });
    keeper.panel?.close();
    keeper.panel = openClash(keeper, item, { focus: true });
  },

  refused(keeper, item, answer) {
    if (answer.draft !== undefined) {
      takeIn(keeper, item, answer);
    }
    if (CLOSED.has(answer.status)) {
      keeper.closed = answer.words;
    }
    const first = Object.values(answer.errors ?? {}).flat()[0];
    keeper.state.show("refused", { why: first ?? answer.words, words: "" });
  },
};

// Returns the functions that end the listening.
export function listen(keeper) {
  const own = Object.entries(HEARD).map(([name, hear]) =>
    queue.on(name, ({ item, answer }) => {
      if (queue.laneOf(item) === keeper.lane) {
        hear(keeper, item, answer);
      }
    }),
  );
  const stops = ["signed_out", "foreign"].map((why) =>
    queue.on(why, () => showStopped(keeper, why)),
  );
  return [...own, ...stops];
}

export function showStopped(keeper, why) {
  if (queue.itemsOf(keeper.lane).length > 0) {
    keeper.state.show(why);
  }
}

export function showRestored(keeper, { stuck, words }) {
  keeper.restored = words;
  keeper.state.show(stuck?.state ?? "waiting", { why: stuck?.words ?? "", words });
  if (stuck?.state === "clash") {
    keeper.panel = openClash(keeper, stuck, { focus: false });
  }
}
