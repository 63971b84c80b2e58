// Sends what waits: one request at a time, and of one answer never a later text before an earlier
// one. A text leaves the browser's store when the portal has said that it is kept.

import { send } from "./door.js";
import { same } from "./fields.js";
import { adopt, drop, isWaiting, itemsOf, keep, laneOf, pending, say } from "./waiting.js";

export { drop, enqueue, itemsOf, laneOf, loaded, newItem, on, pending } from "./waiting.js";

const FIRST_MS = 1000;
const LONGEST_MS = 30000;
const LOOK_MS = 25;
const READY = new Set(["new", "tried"]);

const resting = new Set();
let running = null;
let current = null;
let failures = 0;
let timer = 0;
let stopped = "";
let isStarted = false;

export function isStopped() {
  return stopped;
}

// While a form is sent as a whole, the texts of its answer wait: from here on none sets out, and
// the promise resolves once the one that is under way has arrived.
export async function rest(lane, longest) {
  resting.add(lane);
  const end = Date.now() + longest;
  while (current && laneOf(current) === lane && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

export function isResting(lane) {
  return resting.has(lane);
}

export function wake(lane) {
  resting.delete(lane);
}

function next() {
  const seen = new Set(resting);
  return pending().find((item) => {
    const lane = laneOf(item);
    const isFirst = !seen.has(lane);
    seen.add(lane);
    return isFirst && READY.has(item.state);
  });
}

async function run() {
  for (let item = next(); item && !stopped; item = next()) {
    // From now on it may have arrived: it is not changed any more, and sent under its key.
    item.state = "tried";
    current = item;
    say("sending", { item });
    await keep(item);
    const answer = await send(item);
    current = null;
    if (!(await settle(item, answer))) {
      return;
    }
  }
  say("idle", {});
}

export function flush() {
  running ??= run().finally(() => {
    running = null;
  });
  return running;
}

function settle(item, answer) {
  if (answer.state === "waiting") {
    return pause(item);
  }
  failures = 0;
  if (answer.state === "signed_out" || answer.state === "foreign") {
    return halt(answer.state, item);
  }
  if (!isWaiting(item)) {
    // Its form was saved as a whole meanwhile.
    return true;
  }
  if (answer.status === 200 || answer.status === 201) {
    return done("kept", item, answer);
  }
  if (answer.state === "said") {
    // It set out before the act that it became, and arrived after it: nothing of it is lost.
    return done("said", item, answer);
  }
  return answer.state === "clash" ? clash(item, answer) : refuse(item, answer);
}

function pause(item) {
  clearTimeout(timer);
  timer = setTimeout(flush, Math.min(LONGEST_MS, FIRST_MS * 2 ** failures));
  failures += 1;
  say("waiting", { item });
  return false;
}

export function halt(why, item = null) {
  stopped = why;
  say(why, { item });
  return false;
}

export function resume() {
  stopped = "";
  failures = 0;
  return flush();
}

// The next text of an answer was typed on top of the one that is with the portal now. Unless
// somebody else's came in between, it need not be merged.
function follow(item, answer) {
  const theirs = answer.fields ?? {};
  for (const one of itemsOf(laneOf(item)).filter((other) => other !== item)) {
    if (Object.keys(one.fields).every((name) => same(one.base[name], theirs[name]))) {
      Object.assign(one, { draft: answer.draft, based_on: answer.version });
    }
  }
}

async function done(name, item, answer) {
  follow(item, answer);
  await drop(item);
  say(name, { item, answer });
  return true;
}

// Both texts stay until a person has chosen; what was typed after it goes with it.
async function clash(item, answer) {
  const later = itemsOf(laneOf(item)).filter((one) => one !== item);
  for (const one of later) {
    item.fields = { ...item.fields, ...one.fields };
    item.base = { ...one.base, ...item.base };
    item.act = one.act === "keep" ? item.act : one.act;
  }
  Object.assign(item, { state: "clash", clash: answer });
  await keep(item);
  await drop(...later);
  say("clash", { item, answer });
  return true;
}

// The portal may refuse an act and keep its text all the same, as a draft or set aside.
async function refuse(item, answer) {
  const isDraft = item.act !== "keep" && answer.status === 422 && answer.draft !== undefined;
  if (answer.kept === true || isDraft) {
    return done("refused", item, answer);
  }
  Object.assign(item, { state: "refused", words: answer.words ?? "", status: answer.status });
  await keep(item);
  say("refused", { item, answer });
  return true;
}

async function again() {
  clearTimeout(timer);
  failures = 0;
  // Somebody may have signed in again in another window.
  stopped = stopped === "signed_out" ? "" : stopped;
  await adopt();
  return flush();
}

export function start() {
  if (!isStarted) {
    isStarted = true;
    window.addEventListener("online", again);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") {
        again();
      }
    });
  }
  return flush();
}
