// The badge of a question in the list follows what the portal has just said of its answer. What
// the review asks for stands over both, and stays.

import { on } from "./queue.js";
import { clone } from "./words.js";

const FREE = new Set(["not_answered", "carried", "draft", "answered"]);

function stateOf({ draft, version }) {
  if (draft > 0) {
    return "draft";
  }
  return version > 0 ? "answered" : "";
}

function show({ item, answer }) {
  // What is typed about another day is no answer of this round.
  const row = item.day ? null : document.getElementById(`row-${item.indicator}`);
  const state = stateOf(answer);
  if (row && state && state !== row.dataset.state && FREE.has(row.dataset.state)) {
    row.querySelector(".state").replaceWith(clone(`badge-${state}`));
    row.dataset.state = state;
  }
}

on("kept", show);
on("refused", show);
