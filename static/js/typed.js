// What is typed into a form that has no door of its own stays in this tab until the portal has it: a
// session that ends, a page that is left, or a slip of the back button loses nothing.

const form = document.querySelector("form[data-typed]");
const done = document.querySelector("[data-typed-done]");
const name = (path) => `typed ${document.body.dataset.person} ${path}`;
const fields = () => [...form.querySelectorAll("textarea, input[type=text]")];
const read = () => Object.fromEntries(fields().map((field) => [field.name, field.value]));

function kept(path) {
  try {
    return JSON.parse(sessionStorage.getItem(name(path)));
  } catch {
    return null;
  }
}

function offer(typed, notice) {
  notice.hidden = false;
  notice.querySelector("[data-put-back]").addEventListener("click", () => {
    for (const field of fields()) {
      field.value = typed[field.name] ?? field.value;
    }
    notice.hidden = true;
    fields().at(-1).focus();
  });
  notice.querySelector("[data-let-go]").addEventListener("click", () => {
    sessionStorage.removeItem(name(location.pathname));
    notice.hidden = true;
  });
}

if (done) {
  sessionStorage.removeItem(name(done.dataset.typedDone));
}

if (form) {
  const path = location.pathname;
  const loaded = JSON.stringify(read());
  const typed = kept(path);
  const notice = document.querySelector("[data-typed-notice]");
  if (typed && JSON.stringify(typed) !== loaded) {
    offer(typed, notice);
  }
  let sent = false;
  form.addEventListener("input", () => {
    sessionStorage.setItem(name(path), JSON.stringify(read()));
  });
  form.addEventListener("submit", () => {
    sent = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!sent && JSON.stringify(read()) !== loaded) {
      event.preventDefault();
    }
  });
}
