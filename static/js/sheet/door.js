// The one way by which texts leave the browser: JSON to the door of an answer, with a token that
// belongs to the session. A network that fails, or a portal that does, is answered as "waiting":
// what was sent may have arrived, so it is sent again under the same key.

const PATIENCE_MS = 20000;
// A request that outlives its page may carry no more than this.
const KEEPALIVE_BYTES = 60000;
const WAITING = { status: 0, state: "waiting" };
const NUMBERS = ["based_on", "draft"];
const SENT = ["key", "person", ...NUMBERS, "fields", "base", "act", "set_aside", "day"];
const TOO_MANY = 429;
const BROKEN = 500;

let held = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";

export function person() {
  return document.body.dataset.person ?? "";
}

export function token() {
  return held;
}

// A new session has a new token: everything on the page that sends takes it up.
export function renew({ csrf }) {
  if (!csrf) {
    return;
  }
  held = csrf;
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": csrf }));
  for (const input of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) {
    input.value = csrf;
  }
}

export function newKey() {
  if (crypto.randomUUID) {
    return crypto.randomUUID();
  }
  // Without https there is no randomUUID.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export async function ask(address, options = {}) {
  const headers = { Accept: "application/json", ...options.headers };
  try {
    const response = await fetch(address, {
      credentials: "same-origin",
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...options,
      headers,
    });
    if (response.status >= BROKEN || response.status === TOO_MANY) {
      return WAITING;
    }
    const isJson = response.headers.get("Content-Type")?.includes("json");
    return { status: response.status, ...(isJson ? await response.json() : { state: "" }) };
  } catch {
    return WAITING;
  }
}

function bodyOf(item) {
  const names = item.act === "source" ? ["key", "person", "fields"] : SENT;
  const known = names.filter((name) => item[name] !== undefined && item[name] !== "");
  return JSON.stringify(Object.fromEntries(known.map((name) => [name, item[name]])));
}

export function post(item, csrf = held) {
  const body = bodyOf(item);
  return ask(item.door, {
    method: "POST",
    body,
    keepalive: new Blob([body]).size < KEEPALIVE_BYTES,
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
  });
}

export function pulse(address) {
  return ask(address);
}

// Returns {status, state, …}. State is also "waiting", or "foreign" where somebody else is signed
// in: each item says whose it is. A token that is out of date comes back with a fresh one, which
// the page takes up only if it is of the same person's session.
export async function send(item) {
  const first = await post(item);
  const answer = first.state === "token" ? await post(item, first.csrf) : first;
  if (answer.state === "another_person") {
    return { ...answer, state: "foreign" };
  }
  if (first !== answer && answer.state !== "waiting") {
    renew(first);
  }
  return answer;
}
