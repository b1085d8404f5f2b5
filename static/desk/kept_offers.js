// Texts that were not saved, offered: first what they would change, word by word, then the choice.

import { snapshot, wordsOf } from "./kept_form.js";

const place = document.querySelector("[data-keep]");

function timeOf(at) {
  const moment = new Date(at);
  const day = moment.toLocaleDateString(document.documentElement.lang, { day: "numeric", month: "short" });
  const clock = [moment.getHours(), moment.getMinutes()].map((n) => String(n).padStart(2, "0")).join(".");
  return moment.toDateString() === new Date().toDateString() ? clock : `${day} ${clock}`;
}

// The headline of a text, or how it begins: what it is recognised by.
function nameOf({ name, values }) {
  const first = name || (values ? wordsOf(values).split("\n")[0].trim() : "");
  return first.length > 80 ? `${first.slice(0, 79)}…` : first;
}

// The first offer is open; the others would push the story off a phone's screen.
function fold(words) {
  const [first, ...others] = place.querySelectorAll(".keep-offer");
  const more = place.querySelector("[data-keep-more]");
  const open = place.querySelector("[data-keep-offers]");
  if (first && first.parentElement !== open) open.append(first);
  for (const box of others) if (box.parentElement !== more.lastElementChild) more.lastElementChild.prepend(box);
  more.hidden = !others.length;
  const { length } = others;
  more.firstElementChild.textContent = length === 1 ? words.oneMoreText : words.moreTexts.replace("%s", length);
}

// Offer one text. `copy.values` may be missing: then the server has them. `ask(copy, before)` answers
// {html, values}, or null without a connection; `take(copy)` and `giveUp(copy)` are the two choices.
export function offer(copy, { where, words, ask, take, giveUp, isFirst = false }) {
  const box = place.querySelector("template").content.firstElementChild.cloneNode(true);
  const [compare, restore, discard] = ["compare", "restore", "discard"].map((name) =>
    box.querySelector(`[data-keep-${name}]`),
  );
  const difference = box.querySelector("[data-keep-difference]");
  for (const said of box.querySelectorAll("[data-keep-where]")) {
    if (said.dataset.keepWhere !== where) said.remove();
  }
  const time = box.querySelector("time");
  if (time) time.textContent = copy.time || timeOf(copy.at);
  box.dataset.tab = copy.tab;
  const name = nameOf(copy);
  const named = box.querySelector("[data-keep-name]");
  named.textContent = name;
  named.hidden = !name;

  const remove = () => {
    box.remove();
    fold(words);
  };
  compare.addEventListener("click", async () => {
    if (!difference.hidden) {
      difference.hidden = restore.hidden = true;
      compare.setAttribute("aria-expanded", "false");
      return;
    }
    compare.disabled = true;
    const found = await ask(copy, snapshot());
    compare.disabled = false;
    if (found?.values) copy.values = found.values;
    if (found) difference.innerHTML = found.html;
    else {
      const note = document.createElement("p");
      note.textContent = copy.values ? words.noComparison : words.notReached;
      const text = document.createElement("div");
      text.className = "keep-words";
      text.textContent = copy.values ? wordsOf(copy.values) : "";
      difference.replaceChildren(note, text);
    }
    difference.hidden = false;
    // Nothing is replaced by what nobody has seen.
    restore.hidden = !copy.values;
    compare.setAttribute("aria-expanded", "true");
    difference.focus({ preventScroll: true });
    box.scrollIntoView({ block: "nearest" });
  });
  restore.addEventListener("click", async () => {
    restore.disabled = true;
    if (await take(copy)) remove();
    else restore.disabled = false;
  });
  discard.addEventListener("click", () => {
    const question = name ? words.discardNamed.replace("%s", () => name) : words.discardUnnamed;
    if (!confirm(question)) return;
    giveUp(copy);
    remove();
  });
  const offers = place.querySelector("[data-keep-offers]");
  if (isFirst) offers.prepend(box);
  else if (offers.childElementCount) place.querySelector("[data-keep-more] > div").append(box);
  else offers.append(box);
  fold(words);
}
