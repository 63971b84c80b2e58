// Every word that a script shows is written in the page's own templates, where it is translated;
// here it is only put in place.

export function clone(id) {
  return document.getElementById(id).content.cloneNode(true);
}

// Returns the sentence of that name with its {places} filled.
export function sentence(name, places = {}) {
  const one = places.n === 1 && document.querySelector(`[data-sentence="${name}-one"]`);
  const found = one || document.querySelector(`[data-sentence="${name}"]`);
  const text = found?.textContent.trim() ?? "";
  return text.replace(/\{(\w+)\}/g, (whole, key) => places[key] ?? whole);
}

export function labelOf(name) {
  return document.querySelector(`[data-label="${name}"]`)?.textContent.trim() ?? name;
}

export function fill(within, name, text) {
  for (const place of within.querySelectorAll(`[data-fill="${name}"]`)) {
    place.textContent = text;
  }
}

export function clock(moment) {
  return moment.toLocaleTimeString(document.documentElement.lang, {
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  });
}
