// Single keys: an element says its own with data-key; pressing it clicks, picks or focuses that
// element. They rest in text fields and can be switched off (WCAG 2.1.4). "?" lists them.

const STORE = "keys";
const root = document.documentElement;
const dialog = document.getElementById("keys");

function switchedOn() {
  try {
    return window.localStorage.getItem(STORE) !== "off";
  } catch {
    return true;
  }
}

function switchTo(on) {
  try {
    window.localStorage.setItem(STORE, on ? "on" : "off");
  } catch {
    // A browser may forbid its store; the choice then lasts as long as the page.
  }
  root.dataset.keys = on ? "on" : "off";
}

function isTyping(target) {
  if (!(target instanceof HTMLElement)) {
    return false;
  }
  const resting = ["radio", "checkbox", "button", "submit", "reset"];
  const isField = target.matches("textarea, select, [contenteditable]");
  return isField || (target.matches("input") && !resting.includes(target.type));
}

// A page may hold several questions and show one of them: only what is in sight has a key.
function isInSight(element) {
  return element.getClientRects().length > 0;
}

function withKey(key) {
  const found = document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`);
  return [...found].find((element) => !element.disabled && isInSight(element));
}

function press(element) {
  if (element.matches("textarea, select, input:not([type=radio], [type=checkbox])")) {
    element.focus();
    return;
  }
  if (element.matches("input, summary")) {
    element.focus();
  }
  element.click();
}

function nameOf(element) {
  const label = element.labels?.[0]?.querySelector("[data-key-name]") ?? element.labels?.[0];
  const words = element.dataset.keyName ?? (label ?? element).textContent;
  const hint = (label ?? element).querySelector?.(".key")?.textContent ?? "";
  const plain = words.replace(/\s+/g, " ").trim();
  return element.dataset.keyName ? plain : plain.replace(new RegExp(`\\s*${hint}$`), "");
}

function fillList() {
  const list = dialog.querySelector("[data-keys-list]");
  const row = dialog.querySelector("template[data-keys-row]");
  const elements = [...document.querySelectorAll("[data-key]")].filter(isInSight);
  list.replaceChildren(
    ...elements.map((element) => {
      const item = row.content.cloneNode(true);
      item.querySelector("kbd").textContent = element.dataset.key;
      item.querySelector("span").textContent = nameOf(element);
      return item;
    }),
  );
  dialog.querySelector("[data-keys-none]").hidden = elements.length > 0;
}

function openList() {
  fillList();
  dialog.querySelector("[data-keys-on]").checked = switchedOn();
  dialog.showModal();
}

function onKey(event) {
  const modified = event.ctrlKey || event.metaKey || event.altKey;
  if (event.defaultPrevented || modified || isTyping(event.target) || dialog.open) {
    return;
  }
  if (!switchedOn()) {
    return;
  }
  const element = event.key === "?" ? null : withKey(event.key);
  if (event.key === "?") {
    openList();
  } else if (element) {
    press(element);
  } else {
    return;
  }
  event.preventDefault();
}

if (dialog) {
  switchTo(switchedOn());
  document.addEventListener("keydown", onKey);
  dialog.querySelector("[data-keys-on]").addEventListener("change", (event) => {
    switchTo(event.target.checked);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys-open]")) {
      document.getElementById("menu")?.hidePopover?.();
      openList();
    }
  });
}
