// The fields of an answer as they stand in its form, and as they are put into it. Of a form only
// what an answer or a new source is made of is read; another form names its own (data-fields).

const SEVERAL = "sources";
const OURS = /^(?:option|points|change_reason|rationale|note|sources|source-.+)$/;
const TICKED = new Set(["radio", "checkbox"]);

function ours(form) {
  const own = form.dataset.fields?.split(" ");
  const isOurs = own ? (name) => own.includes(name) : (name) => OURS.test(name);
  return [...form.elements].filter((one) => isOurs(one.name ?? "") && one.type !== "file");
}

function isOn(control, rendered) {
  return control.type === "hidden" || (rendered ? control.defaultChecked : control.checked);
}

function valueOf(control, rendered) {
  if (control.type === "select-one") {
    const options = [...control.options];
    const first = options.find((option) => option.defaultSelected) ?? options[0];
    return rendered ? (first?.value ?? "") : control.value;
  }
  return rendered ? control.defaultValue : control.value;
}

// RENDERED: as the portal wrote them into the page, whatever was typed since.
export function read(form, { rendered = false } = {}) {
  const fields = form.dataset.fields ? {} : { [SEVERAL]: [] };
  for (const control of ours(form)) {
    const { name, type } = control;
    if (name === SEVERAL) {
      if (isOn(control, rendered)) {
        fields[SEVERAL].push(control.value);
      }
    } else if (TICKED.has(type)) {
      fields[name] ??= "";
      fields[name] = isOn(control, rendered) ? control.value : fields[name];
    } else {
      fields[name] = valueOf(control, rendered);
    }
  }
  return fields;
}

// A source of another window has no line on this page; it must not look unticked for that.
function tickOutOfSight(form, keys) {
  form.querySelectorAll("input[data-kept]").forEach((input) => input.remove());
  const shown = new Set(ours(form).map((one) => one.name === SEVERAL && one.value));
  for (const key of keys.filter((one) => !shown.has(one))) {
    const input = Object.assign(document.createElement("input"), { type: "hidden", value: key });
    input.name = SEVERAL;
    input.dataset.kept = "";
    form.append(input);
  }
}

// What is put back into a folded part must not stay out of sight.
function reveal(control) {
  const folded = control.closest("details:not([open])");
  if (folded && control.value) {
    folded.open = true;
  }
}

export function write(form, fields) {
  for (const control of ours(form)) {
    const { name, type } = control;
    if (!(name in fields) || (name === SEVERAL && type === "hidden")) {
      continue;
    }
    if (name === SEVERAL) {
      control.checked = fields[name].includes(control.value);
    } else if (TICKED.has(type)) {
      control.checked = fields[name] === control.value;
    } else if (control.value !== fields[name]) {
      control.value = fields[name];
      reveal(control);
    }
  }
  if (SEVERAL in fields) {
    tickOutOfSight(form, fields[SEVERAL]);
  }
  form.dispatchEvent(new CustomEvent("sheet:written", { bubbles: true }));
}

function essence(value) {
  if (Array.isArray(value)) {
    return JSON.stringify([...value].sort());
  }
  return String(value ?? "").replaceAll("\r\n", "\n").trim();
}

// Line ends and a space at the end say nothing; the portal tidies them away.
export function same(one, other) {
  return essence(one) === essence(other);
}

export function changed(now, before) {
  return Object.keys(now).filter((name) => !same(now[name], before[name]));
}

export function pick(fields, names) {
  return Object.fromEntries(names.map((name) => [name, fields[name]]));
}
