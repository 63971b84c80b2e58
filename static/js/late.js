// The tick "It describes the situation on the cut-off date" is for what was published after that
// day, and hidden elsewhere. Without a script it stays in sight, and does no harm.

function fit(tick) {
  const form = tick.closest("form");
  const published = form?.elements[tick.dataset.lateBy]?.value ?? "";
  const isTicked = tick.querySelector("input").checked;
  // Dates as 2019-12-31: the later one is the greater text.
  tick.hidden = !isTicked && !(published > tick.dataset.lateAfter);
}

function fitAll() {
  for (const tick of document.querySelectorAll("[data-late-after]")) {
    fit(tick);
  }
}

document.addEventListener("input", fitAll);
document.addEventListener("htmx:afterSettle", fitAll);
fitAll();
