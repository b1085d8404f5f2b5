// The front page is arranged: by dragging, by picking up and putting down, by the arrow keys. What stands
// where is kept in the form's own fields, so that it is sent, and comes back with "Back", without script too.

import { empty, put, swap } from "./slots.js";

document.documentElement.classList.add("has-js");

const PAUSE = 200;
const EDGE = 80;
const form = document.querySelector("[data-front]");
const stories = JSON.parse(form.dataset.stories);
const says = JSON.parse(form.dataset.says);
const slots = [...form.querySelectorAll("[data-slot]")];
const tray = form.querySelector("[data-tray]");
const said = form.querySelector("[data-said]");
const field = (slot) => form.elements[slot.dataset.slot];
const until = (slot) => form.elements[`${slot.dataset.slot}-until`];
const fills = (slot) => slot.querySelector("[data-fills]");
let picked = "";
let asked = "";

function say(words, values = {}) {
  said.textContent = words.replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");
}

function headline(key) {
  return stories[key]?.headline ?? "";
}

function read() {
  return slots.map((slot) => ({
    story: field(slot).value,
    until: until(slot).value,
    chain: slot.dataset.chain,
  }));
}

function write(places) {
  places.forEach((place, index) => {
    const select = field(slots[index]);
    if (place.story && ![...select.options].some((option) => option.value === place.story)) {
      select.add(new Option(headline(place.story), place.story));
    }
    select.value = place.story;
    until(slots[index]).value = place.until;
  });
  show();
}

/** What stands where nobody chose, by the server's choice for the form as it is now and for its time. */
async function askFills() {
  const body = new FormData(form);
  body.delete("q");
  const sent = new URLSearchParams(body).toString();
  if (sent === asked) return;
  asked = sent;
  let found = {};
  try {
    const response = await fetch(form.dataset.askFills, { method: "POST", body, headers: { Accept: "application/json" } });
    if (response.ok && !response.redirected) found = (await response.json()).fills;
  } catch {
    // Without an answer nothing is said rather than something that was true before.
  }
  if (sent !== asked) return;
  for (const slot of slots) {
    const headline = found[slot.dataset.slot];
    fills(slot).textContent = headline ? says.fills.replace("{story}", () => headline) : "";
    fills(slot).hidden = !headline;
  }
  show();
}

function show() {
  askFills();
  const places = read();
  places.forEach((place, index) => {
    const slot = slots[index];
    const card = slot.querySelector("[data-card]");
    const story = stories[place.story];
    card.querySelector("[data-headline]").textContent = story
      ? story.headline
      : fills(slot).textContent || says.empty;
    card.querySelector("[data-facts]").textContent = story ? story.facts : "";
    slot.classList.toggle("is-empty", !story);
    slot.querySelector("[data-grip]").disabled = !story;
    slot.querySelector("[data-empty]").disabled = !story;
    for (const button of slot.querySelectorAll("[data-step]")) {
      button.disabled = !story || !slots[index + Number(button.dataset.step)];
    }
    if (place.until) slot.querySelector(".front-until").open = true;
    const target = slot.querySelector("[data-put]");
    target.hidden = !picked || place.story === picked;
    target.textContent = says.put;
    slot.classList.toggle("is-picked", picked !== "" && place.story === picked);
  });
  const standing = new Set(places.map((place) => place.story));
  for (const line of tray.children) {
    line.hidden = standing.has(line.dataset.story);
    line.classList.toggle("is-picked", line.dataset.story === picked && picked !== "");
  }
}

function line(key) {
  const item = document.createElement("li");
  item.dataset.story = key;
  const grip = Object.assign(document.createElement("span"), { className: "front-grip", textContent: "⠿" });
  grip.dataset.grip = "";
  grip.setAttribute("aria-hidden", "true");
  const words = Object.assign(document.createElement("p"), { className: "front-words" });
  const name = Object.assign(document.createElement("strong"), { textContent: headline(key) });
  const facts = Object.assign(document.createElement("span"), { textContent: stories[key].facts });
  words.append(name, " ", facts);
  const pick = Object.assign(document.createElement("button"), { type: "button", className: "button-quiet" });
  pick.dataset.pick = "";
  pick.textContent = says.place;
  item.append(grip, words, pick);
  return item;
}

/** In the tray, on top, without standing there twice. */
function offer(keys) {
  for (const key of [...keys].reverse()) {
    tray.querySelector(`[data-story="${key}"]`)?.remove();
    tray.prepend(line(key));
  }
}

function putInto(key, index) {
  const { places, dropped } = put(read(), key, index);
  picked = "";
  if (dropped) offer([dropped]);
  write(places);
  const told = [says.moved.replace("{place}", slots[index].dataset.place)];
  if (dropped) told.push(says.dropped.replace("{story}", headline(dropped)));
  say(told.join(" "), { story: headline(key) });
  slots[index].querySelector("[data-grip]").focus();
}

function step(index, by) {
  const key = read()[index].story;
  if (!key || !slots[index + by]) return;
  write(swap(read(), index, index + by));
  say(says.moved, { story: headline(key), place: slots[index + by].dataset.place });
  slots[index + by].querySelector("[data-grip]").focus();
}

function clear(index) {
  const key = read()[index].story;
  if (!key) return;
  offer([key]);
  write(empty(read(), index));
  say(says.emptied, { place: slots[index].dataset.place });
}

function pick(key) {
  picked = picked === key ? "" : key;
  show();
  say(picked ? says.choose : says.cancelled, { story: headline(key) });
  if (!picked) return;
  const first = slots.find((slot) => !slot.querySelector("[data-put]").hidden);
  first.querySelector("[data-put]").focus({ preventScroll: true });
  if (first.getBoundingClientRect().top < 0 || first.getBoundingClientRect().top > innerHeight / 2) {
    form.querySelector(".front-slots").scrollIntoView({ block: "start" });
  }
}

form.addEventListener("click", (event) => {
  const slot = event.target.closest("[data-slot]");
  const index = slots.indexOf(slot);
  const button = event.target.closest("button");
  if (!button || isDropping) return;
  if (button.matches("[data-pick]")) pick(button.closest("[data-story]").dataset.story);
  else if (index < 0) return;
  else if (button.matches("[data-put]")) putInto(picked, index);
  else if (button.matches("[data-empty]")) clear(index);
  else if (button.matches("[data-step]")) step(index, Number(button.dataset.step));
  // A tap or Enter on the grip picks the story up; dragging has its own events below.
  else if (button.matches("[data-grip]")) pick(field(slot).value);
  else return;
  event.preventDefault();
});

form.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && picked) {
    const key = picked;
    pick(key);
    return;
  }
  const grip = event.target.closest("[data-slot] [data-grip]");
  if (!grip) return;
  const index = slots.indexOf(grip.closest("[data-slot]"));
  if (event.key === "ArrowUp") step(index, -1);
  else if (event.key === "ArrowDown") step(index, 1);
  else if (event.key === "Delete" || event.key === "Backspace") clear(index);
  else return;
  event.preventDefault();
});

// A time belongs to "At a time".
form.elements.starts_at.addEventListener("input", () => {
  form.elements.when.value = "at";
});
for (const input of form.querySelectorAll("[name=starts_at], [name=when], [name$=-until]")) {
  input.addEventListener("change", askFills);
}

// Dragging by the grip, with a finger or a mouse.
let held = null;
let pointer = { x: 0, y: 0 };
let scrolling = 0;
let isDropping = false;

function under() {
  return document.elementFromPoint(pointer.x, pointer.y)?.closest("[data-slot]") ?? null;
}

function mark() {
  const target = under();
  for (const slot of slots) slot.classList.toggle("is-target", slot === target && held.isMoved);
}

function scrollAtEdges() {
  if (!held) return;
  if (held.isMoved && pointer.y < EDGE) scrollBy(0, -12);
  else if (held.isMoved && pointer.y > innerHeight - EDGE) scrollBy(0, 12);
  mark();
  scrolling = requestAnimationFrame(scrollAtEdges);
}

form.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest("[data-grip]");
  if (!grip || event.button > 0 || grip.disabled) return;
  const slot = grip.closest("[data-slot]");
  const key = slot ? field(slot).value : grip.closest("[data-story]").dataset.story;
  held = { key, line: slot ?? grip.closest("[data-story]"), isMoved: false, x: event.clientX, y: event.clientY };
  pointer = { x: event.clientX, y: event.clientY };
  if (!slot) event.preventDefault();
  scrollAtEdges();
});
document.addEventListener("pointermove", (event) => {
  if (!held) return;
  pointer = { x: event.clientX, y: event.clientY };
  held.isMoved ||= Math.hypot(pointer.x - held.x, pointer.y - held.y) > 6;
  held.line.classList.toggle("is-dragged", held.isMoved);
});
function release(event) {
  if (!held) return;
  cancelAnimationFrame(scrolling);
  const { key, isMoved } = held;
  const target = isMoved && event.type === "pointerup" ? under() : null;
  held.line.classList.remove("is-dragged");
  for (const slot of slots) slot.classList.remove("is-target");
  held = null;
  if (!isMoved) return;
  // The click that a browser makes of a drag comes before any timer.
  isDropping = true;
  setTimeout(() => {
    isDropping = false;
  }, 0);
  if (target) putInto(key, slots.indexOf(target));
}
document.addEventListener("pointerup", release);
document.addEventListener("pointercancel", release);

// Search as one types.
const box = form.querySelector("[data-q]");
let asking = null;
let timer = 0;

async function search() {
  asking?.abort();
  asking = new AbortController();
  const url = new URL(form.dataset.search, location.href);
  url.searchParams.set("q", box.value);
  try {
    const response = await fetch(url, { signal: asking.signal, headers: { Accept: "application/json" } });
    if (!response.ok || response.redirected) return say(says.failed);
    const { results } = await response.json();
    for (const one of results) stories[one.id] = one;
    offer(results.map((one) => String(one.id)));
    show();
    if (!results.length) say(says.none);
  } catch (error) {
    if (error.name !== "AbortError") say(says.failed);
  }
}

box.addEventListener("input", () => {
  clearTimeout(timer);
  if (box.value.trim().length > 1) timer = setTimeout(search, PAUSE);
});
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  clearTimeout(timer);
  search();
});
form.querySelector(".front-search [name=_search]").addEventListener("click", (event) => {
  event.preventDefault();
  search();
});

// After "Back" the browser has put the fields back as they were.
addEventListener("pageshow", show);
show();
