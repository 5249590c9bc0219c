/* What makes long forms safer and lists quicker; every page works without it. The server is the judge. */
"use strict";

(() => {
  const form = document.querySelector("form[data-watch]");
  if (!form) return;
  const watch = document.getElementById("watch");
  const touched = new Set();
  let timer = 0;
  let busy = false;
  let again = false;
  let pressed = null;

  const body = () => {
    const pairs = [...new FormData(form)].filter(([, value]) => typeof value === "string");
    return new URLSearchParams(pairs);
  };

  const say = (text) => {
    if (watch.textContent !== text) watch.textContent = text;
  };

  const show = (troubles) => {
    const said = new Map(troubles.map((trouble) => [trouble.field, trouble.text]));
    for (const block of form.querySelectorAll("[data-field]")) {
      const name = block.dataset.field;
      const error = document.getElementById(`${name}-error`);
      const shown = !error.hidden || touched.has(name);
      const text = shown ? said.get(name) || "" : "";
      error.textContent = text;
      error.hidden = !text;
      block.classList.toggle("wrong", Boolean(text));
      const field = document.getElementById(name);
      if (text) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
      const hint = document.getElementById(`${name}-hint`);
      const ids = [text && error.id, hint && hint.id].filter(Boolean).join(" ");
      if (ids) field.setAttribute("aria-describedby", ids);
      else field.removeAttribute("aria-describedby");
    }
  };

  // The list of what is to mend, at the top, follows what is mended.
  const summary = form.parentElement.querySelector("[data-summary]");
  const shorten = (troubles) => {
    if (!summary) return;
    const said = new Map(troubles.map((trouble) => [trouble.field, trouble.text]));
    const lines = [...summary.children];
    for (const line of lines) {
      const link = line.querySelector("a");
      const text = said.get(link.hash.slice(1));
      line.hidden = !text;
      if (text && link.textContent !== text) link.textContent = text;
    }
    const many = lines.filter((line) => !line.hidden).length;
    const box = summary.parentElement;
    box.querySelector("[data-count]").textContent = many;
    box.hidden = many === 0;
  };

  const add = (sums) => {
    for (const cell of form.querySelectorAll("[data-sum]")) cell.textContent = sums[cell.dataset.sum] || "–";
    const balance = form.querySelector("[data-balance]");
    balance.textContent = sums.balanced ? balance.dataset.yes : balance.dataset.no;
  };

  const left = (count) => {
    if (count === 0) return form.dataset.leftNone;
    return count === 1 ? form.dataset.leftOne : form.dataset.leftMany.replace("#", count);
  };

  const send = async () => {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    try {
      const answer = await fetch(form.dataset.watch, { method: "POST", body: body() });
      const told = await answer.json();
      if (told.conflict) {
        say(told.conflict);
      } else {
        form.elements.revision.value = told.revision;
        show(told.troubles);
        shorten(told.troubles);
        add(told.sums);
        say(`${form.dataset.saved.replace("#", told.saved)} ${left(told.troubles.length)}`);
      }
    } catch {
      say(form.dataset.lost);
    }
    busy = false;
    if (pressed) {
      form.requestSubmit(pressed);
    } else if (again) {
      again = false;
      send();
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(send, 1200);
  });
  form.addEventListener("change", (event) => {
    if (event.target.type === "file") return;
    const block = event.target.closest("[data-field]");
    if (block) touched.add(block.dataset.field);
    clearTimeout(timer);
    send();
  });
  // What is being saved is waited for, or the page would be taken for another window.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!busy) return;
    event.preventDefault();
    event.stopPropagation();
    pressed = event.submitter;
  });
})();

// The report asks only what the chosen ending needs.
(() => {
  const form = document.querySelector("form[data-ending]");
  if (!form || !form.elements.ending) return;
  const fit = () => {
    const chosen = form.elements.ending.value;
    for (const part of form.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== chosen;
  };
  form.addEventListener("change", fit);
  fit();
})();

// Opinions by keyboard: a letter answers the row that has the focus.
(() => {
  const form = document.querySelector("form[data-keys]");
  if (!form) return;
  document.querySelector(".keys").hidden = false;
  const rows = [...form.querySelectorAll("[data-row]")];
  const answers = { f: 0, r: 1, d: 2 };
  form.addEventListener("keydown", (event) => {
    const typing = event.target.matches("textarea, input[type=text]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = rows.findIndex((row) => row.contains(event.target));
    const key = event.key.toLowerCase();
    const radios = at < 0 ? [] : rows[at].querySelectorAll("input[type=radio]");
    if (key in answers && radios.length) {
      radios[answers[key]].checked = true;
      radios[answers[key]].focus();
    } else if (key === "j" || key === "k") {
      const next = rows[at + (key === "j" ? 1 : -1)];
      if (next) next.querySelector("input[type=radio]:checked").focus();
    } else return;
    event.preventDefault();
  });
})();
