// What happened since the last edition is asked once the picked option differs from that
// edition's. Without a script the question always stands there.

const GROUP = "fieldset[data-earlier]";

function isTheSame(form, group) {
  const picked = form.querySelector('input[name="option"]:checked')?.value ?? "";
  if (picked === "" || picked !== group.dataset.earlier) {
    return picked === "";
  }
  const points = form.querySelector('input[name="points"]')?.value.replace(/\s/g, "") ?? "";
  return picked !== "exceptional" || points === group.dataset.earlierPoints;
}

// A page may hold several questions: only what lies WITHIN is looked at again.
function refresh(within) {
  for (const group of within.querySelectorAll(GROUP)) {
    const isWrong = group.classList.contains("field--wrong");
    group.hidden = !isWrong && isTheSame(group.closest("form"), group);
  }
}

document.addEventListener("input", (event) => {
  if (event.target.form) {
    refresh(event.target.form);
  }
});
// A text that waited in the browser may have come back into the form, with its option.
document.addEventListener("sheet:written", ({ target }) => refresh(target));
document.addEventListener("htmx:afterSettle", () => refresh(document));
refresh(document);
