// A citation copied by one press. Without this script it is text to select, and the button is
// not shown. A classic script: the pages of an edition run it from a disk.
(() => {
  "use strict";

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) {
      return;
    }
    const text = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(text.innerText);
      button.textContent = button.dataset.copied;
    } catch {
      // From a disk the clipboard may be shut: select the words for the reader's own copying.
      window.getSelection().selectAllChildren(text);
    }
  });
})();
