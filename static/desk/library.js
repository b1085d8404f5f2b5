// The library in a window above the form: photos with their pictures, several at once.

import { putIntoStory } from "./photos.js";

const PAUSE = 250;
const tools = document.querySelector("[data-uploads]");
const dialog = tools?.querySelector("[data-library]");
const part = (name) => dialog.querySelector(`[data-library-${name}]`);
const words = tools ? JSON.parse(tools.dataset.words) : {};
let chosen = new Map();
let before = null;
let asked = 0;
let timer = 0;

function count() {
  part("put").textContent = words.put.replace("%s", chosen.size);
  part("put").disabled = !chosen.size;
}

function item(card) {
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-pressed", String(chosen.has(card.photo)));
  const image = new Image();
  image.loading = "lazy";
  image.alt = card.alt_text;
  image.src = card.url;
  const text = document.createElement("span");
  text.textContent = card.caption || card.alt_text || "–";
  const credit = document.createElement("small");
  credit.textContent = card.credit || words.noCredit;
  button.append(image, text, credit);
  button.addEventListener("click", () => {
    if (!chosen.delete(card.photo)) chosen.set(card.photo, card);
    button.setAttribute("aria-pressed", String(chosen.has(card.photo)));
    count();
  });
  const li = document.createElement("li");
  li.append(button);
  return li;
}

async function look(isMore) {
  asked += 1;
  const current = asked;
  const query = new URLSearchParams({ q: part("query").value });
  if (isMore) query.set("before", before);
  let found;
  try {
    const response = await fetch(`${tools.dataset.cards}?${query}`, {
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(15_000),
    });
    found = response.ok && !response.redirected && (await response.json());
  } catch {
    found = null;
  }
  // A later question has its own answer.
  if (current !== asked) return;
  part("says").textContent = found ? (found.cards.length || isMore ? "" : words.noneFound) : words.silent;
  if (!found) return;
  if (!isMore) part("photos").replaceChildren();
  part("photos").append(...found.cards.map(item));
  before = found.before;
  part("more").hidden = before === null;
}

function putAll() {
  const last = [...chosen.values()];
  // Newest first is how they were found; the story has them in the order of the taps.
  last.forEach(putIntoStory);
  dialog.close();
}

if (dialog) {
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-library-open]")) return;
    chosen = new Map();
    count();
    dialog.showModal();
    part("query").focus();
    look(false);
  });
  part("query").addEventListener("input", (event) => {
    // Typing here is not writing the story.
    event.stopPropagation();
    clearTimeout(timer);
    timer = setTimeout(() => look(false), PAUSE);
  });
  part("query").addEventListener("change", (event) => event.stopPropagation());
  part("query").addEventListener("keydown", (event) => {
    // The field stands inside the story's form, which Enter would send.
    if (event.key === "Enter") event.preventDefault();
  });
  part("more").addEventListener("click", () => look(true));
  part("put").addEventListener("click", putAll);
  part("close").addEventListener("click", () => dialog.close());
}
