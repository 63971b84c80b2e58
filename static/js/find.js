// A box above a long list of sources narrows it down while somebody types. Without a script the
// box stays hidden and the list is whole. What is typed in it belongs to no answer: it is neither
// sent nor kept.

function wordsOf(text) {
  return text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
}

function narrow(box, text) {
  const words = wordsOf(text);
  let left = 0;
  for (const row of document.querySelectorAll(`${box.dataset.find} [data-found-by]`)) {
    const found = row.dataset.foundBy.toLocaleLowerCase();
    const isChosen = row.querySelector("input:checked") !== null;
    row.hidden = !isChosen && !words.every((word) => found.includes(word));
    left += row.hidden ? 0 : 1;
  }
  box.querySelector("[data-find-none]").hidden = left > 0;
}

function show() {
  for (const box of document.querySelectorAll("[data-find]")) {
    box.hidden = false;
  }
}

// Before the form hears of it, for which it would be something typed.
document.addEventListener(
  "input",
  (event) => {
    const box = event.target.closest?.("[data-find]");
    if (box) {
      event.stopPropagation();
      narrow(box, event.target.value);
    }
  },
  true,
);

document.addEventListener(
  "keydown",
  (event) => {
    // Enter would save the answer.
    if (event.key === "Enter" && event.target.closest?.("[data-find]")) {
      event.preventDefault();
    }
  },
  true,
);

document.addEventListener("htmx:afterSettle", show);
show();
