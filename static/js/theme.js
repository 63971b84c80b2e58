// Light, dark, or as the system: a classic script in the head, so that the first paint is right
// and the pages of an edition can run it from a disk, where modules are not loaded.
(() => {
  "use strict";

  const KEY = "theme";
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  // A browser may forbid its store; the theme then lasts as long as the page.
  function stored() {
    try {
      return window.localStorage.getItem(KEY) || "system";
    } catch {
      return "system";
    }
  }

  function store(theme) {
    try {
      window.localStorage.setItem(KEY, theme);
    } catch {
      return;
    }
  }

  function show(theme) {
    if (theme === "system") {
      delete root.dataset.theme;
    } else {
      root.dataset.theme = theme;
    }
    const system = dark.matches ? "dark" : "light";
    root.dataset.shown = theme === "system" ? system : theme;
    for (const button of document.querySelectorAll("[data-theme-set][aria-pressed]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeSet === theme));
    }
  }

  root.dataset.js = "";
  show(stored());
  dark.addEventListener("change", () => show(stored()));
  document.addEventListener("DOMContentLoaded", () => show(stored()));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-set]");
    if (button) {
      store(button.dataset.themeSet);
      show(button.dataset.themeSet);
    }
  });
})();
