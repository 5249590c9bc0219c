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
