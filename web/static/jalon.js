/* What makes pages quicker to use; every page works without it. */
"use strict";

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  window.addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
});

// After an error or a result, the reader starts at the message.
const message = document.querySelector("[data-focus]");
if (message) message.focus();

// A card dropped on a column opens the step that leads there; nothing moves before it is confirmed.
const board = document.querySelector("[data-board]");
if (board) {
  board.addEventListener("dragstart", (event) => {
    const card = event.target.closest("[data-reference]");
    if (card) event.dataTransfer.setData("text/plain", card.dataset.reference);
  });
  for (const column of board.querySelectorAll("[data-state]")) {
    column.addEventListener("dragover", (event) => {
      event.preventDefault();
      column.classList.add("over");
    });
    column.addEventListener("dragleave", () => column.classList.remove("over"));
    column.addEventListener("drop", (event) => {
      event.preventDefault();
      column.classList.remove("over");
      const reference = event.dataTransfer.getData("text/plain");
      if (/^[\w-]+$/.test(reference)) {
        window.location.assign(`/dossiers/${reference}/vers/${column.dataset.state}`);
      }
    });
  }
}

// The way back to a list is to the list as it was left: its filters, its page. Kept for this window only.
const LISTS = { "/dossiers": "/dossiers", "/tableau": "/dossiers", "/courrier": "/courrier", "/fiches": "/fiches" };
const here = window.location;
if (here.pathname === "/connexion") sessionStorage.clear();
if (LISTS[here.pathname]) sessionStorage.setItem(LISTS[here.pathname], here.pathname + here.search);
for (const link of document.querySelectorAll("a.back, a[data-back]")) {
  const left = LISTS[link.pathname] && !link.search && sessionStorage.getItem(link.pathname);
  if (left) link.href = left;
}
