// A form is sent once, however often its button is pressed; and when the portal does not answer
// a fragment's request, the page says so. The button is never disabled: its name and value
// belong to what is sent.

const trouble = document.querySelector("[data-trouble]");

function rest(form) {
  delete form.dataset.busy;
  form.removeAttribute("aria-busy");
}

function sayTrouble(there) {
  if (trouble) {
    trouble.hidden = !there;
  }
}

function focusErrors(within) {
  within.querySelector("[data-focus]")?.focus();
}

// htmx sends its forms itself and keeps its own count of them.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog") {
    return;
  }
  if ("busy" in form.dataset) {
    event.preventDefault();
    return;
  }
  form.dataset.busy = "";
  form.setAttribute("aria-busy", "true");
});

// A page taken back from the browser's memory would else stay busy for ever.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-busy]").forEach(rest);
});

// Only a form's own request waits for its last one: a field that saves itself is never held back.
document.addEventListener("htmx:beforeRequest", (event) => {
  sayTrouble(false);
  const form = event.detail.elt;
  if (!form.matches("form")) {
    return;
  }
  if ("busy" in form.dataset) {
    event.preventDefault();
    return;
  }
  form.dataset.busy = "";
  form.setAttribute("aria-busy", "true");
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt.matches("form")) {
    rest(event.detail.elt);
  }
});

for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  // Who keeps the text for later says so itself.
  document.addEventListener(name, (event) => sayTrouble(!event.defaultPrevented));
}

document.addEventListener("htmx:afterSwap", (event) => focusErrors(event.detail.elt));

focusErrors(document);
