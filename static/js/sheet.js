// No keystroke on a sheet is lost. While an answer is on its way its fields rest, for the swap
// would take away what is typed meanwhile; and who leaves the page within the second before the
// draft is kept has it kept on leaving.

const FORM = "answering";
let isUnsaved = false;

function setResting(form, isResting) {
  for (const field of form.querySelectorAll("textarea, input:not([type=radio], [type=checkbox])")) {
    field.readOnly = isResting;
  }
}

function isOurs(element) {
  return element?.id === FORM || element?.closest?.(`#${FORM}`) !== null;
}

document.addEventListener("input", (event) => {
  if (event.target.form?.id === FORM) {
    isUnsaved = true;
  }
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const element = event.detail.elt;
  if (!isOurs(element)) {
    return;
  }
  // What is typed from now on makes it unsaved again.
  isUnsaved = false;
  if (element.id === FORM) {
    setResting(element, true);
  }
});

document.addEventListener("htmx:afterRequest", (event) => {
  const element = event.detail.elt;
  if (element.id === FORM) {
    setResting(element, false);
  }
  if (isOurs(element) && event.detail.failed && !event.detail.xhr.status) {
    isUnsaved = true;
  }
});

document.addEventListener("submit", (event) => {
  if (event.target.id === FORM) {
    isUnsaved = false;
  }
});

window.addEventListener("pagehide", () => {
  const form = document.getElementById(FORM);
  if (!form || !isUnsaved) {
    return;
  }
  const typed = new FormData(form);
  typed.set("act", "keep");
  navigator.sendBeacon(form.action, typed);
});
