// What was typed and is not yet with the portal, kept in the browser. Each row names its person,
// so that nothing of one is ever sent, or shown, as another's.

const NAME = "sheets";
const VERSION = 1;
const STORES = { queue: "key", texts: "id" };
let opened = null;

function build(request) {
  for (const [name, keyPath] of Object.entries(STORES)) {
    const rows = request.result.createObjectStore(name, { keyPath });
    rows.createIndex("person", "person");
  }
}

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => build(request);
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      request.result.onclose = () => {
        opened = null;
      };
      resolve(request.result);
    };
  });
  opened.catch(() => {
    opened = null;
  });
  return opened;
}

// Resolves when the transaction is done, and not before: only then is a text safe.
async function within(name, mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(name, mode);
    const request = work(transaction.objectStore(name));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}

export function add(item, replacedKey = null) {
  return within("queue", "readwrite", (rows) => {
    if (replacedKey && replacedKey !== item.key) {
      rows.delete(replacedKey);
    }
    return rows.put(item);
  });
}

export async function all(person) {
  const found = await within("queue", "readonly", (rows) => rows.index("person").getAll(person));
  return found.sort((one, other) => one.at - other.at);
}

export function remove(...keys) {
  return within("queue", "readwrite", (rows) => {
    keys.forEach((key) => rows.delete(key));
  });
}

// Whose texts wait here: [{person, n}].
export async function people() {
  const rows = await within("queue", "readonly", (found) => found.getAll());
  const counts = new Map();
  for (const { person } of rows) {
    counts.set(person, (counts.get(person) ?? 0) + 1);
  }
  return [...counts].map(([person, n]) => ({ person, n }));
}

function wipeOf(name, person) {
  return within(name, "readwrite", (rows) => {
    const request = rows.index("person").getAllKeys(person);
    request.onsuccess = () => request.result.forEach((key) => rows.delete(key));
    return request;
  });
}

export async function wipe(person) {
  await wipeOf("queue", person);
  await wipeOf("texts", person);
}

function idOf(person, lane) {
  return `${person} ${lane}`;
}

// What the portal last said of an answer, for a page that was kept before it said so.
export function remember(text) {
  const lane = text.door + (text.day ? `#${text.day}` : "");
  return within("texts", "readwrite", (rows) =>
    rows.put({ ...text, id: idOf(text.person, lane) }),
  );
}

export function recall(person, lane) {
  return within("texts", "readonly", (rows) => rows.get(idOf(person, lane)));
}
