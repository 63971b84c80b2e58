// How much room is left in a text, said when it gets short.

import { sentence } from "./words.js";

const SHOWN_FROM = 0.9;

function placeOf(area) {
  const id = `${area.id || area.name}-room`;
  const there = document.getElementById(id);
  if (there) {
    return there;
  }
  const place = Object.assign(document.createElement("p"), { id, className: "field__room" });
  area.after(place);
  const described = area.getAttribute("aria-describedby") ?? "";
  area.setAttribute("aria-describedby", `${described} ${id}`.trim());
  return place;
}

function count(area, limit) {
  // A line end counts as the two characters that a browser sends.
  const length = area.value.length;
  const isNear = length >= limit * SHOWN_FROM;
  if (!isNear && !document.getElementById(`${area.id || area.name}-room`)) {
    return;
  }
  const place = placeOf(area);
  const shown = new Intl.NumberFormat(document.documentElement.lang);
  const left = limit - length;
  const name = left < 0 ? "room-over" : "room-left";
  place.textContent = isNear ? sentence(name, { n: shown.format(Math.abs(left)) }) : "";
  place.classList.toggle("field__room--over", left < 0);
}

export function countIn(form) {
  const limit = Number(document.querySelector("[data-limit]")?.dataset.limit ?? 0);
  const areas = limit ? [...form.querySelectorAll("textarea")] : [];
  const all = () => areas.forEach((area) => count(area, limit));
  form.addEventListener("input", (event) => {
    if (areas.includes(event.target)) {
      count(event.target, limit);
    }
  });
  form.addEventListener("sheet:written", all);
  all();
}
