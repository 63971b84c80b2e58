// Where the focus goes when htmx has taken away what had it: after a source was checked again, to
// what is done next.

const CHECK = ".earlier__check";
let isChecking = false;

function next(part) {
  return part.querySelector("#confirm:not(:disabled)") ?? part.querySelector(`${CHECK} button`);
}

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  isChecking = isChecking || detail.elt.matches(CHECK);
});

document.addEventListener("htmx:afterSwap", ({ detail: { elt } }) => {
  const isLost = document.activeElement === document.body;
  if (elt.id === "earlier") {
    if (isChecking && isLost) {
      next(elt)?.focus();
    }
    isChecking = false;
  } else if (isLost && elt.matches(".tick-row")) {
    elt.querySelector("input").focus();
  }
});
