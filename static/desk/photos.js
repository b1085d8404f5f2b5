// Photos of a story: many at once, each a row from the first moment, so that captions are written
// while the pictures are on their way. How files are sent is uploads.js; here is what the form shows.
//
// A row's `data-photo` (on .photo-row) is the photo that the server has; empty, the row has none yet.

import { showFocal } from "./focal.js";
import { Uploads, isPossible } from "./uploads.js";

const PREVIEW_WIDTH = 720;
const tools = document.querySelector("[data-uploads]");
const group = tools?.closest("[data-rows]");
const form = group?.closest("form");
const words = tools ? JSON.parse(tools.dataset.words) : {};
const uploads = tools && isPossible ? new Uploads(tools.dataset) : null;
// The job of each row whose photo is not there yet, and the file that it was given.
const jobs = new Map();
const files = new WeakMap();
const broken = new WeakSet();
let chosen = 0;
let arrived = 0;
let refused = 0;

const fill = (sentence, ...values) => values.reduce((text, value) => text.replace("%s", () => value), sentence);
const rows = () => [...group.querySelectorAll("[data-rows-list] > [data-row]")];
const part = (row, name) => row.querySelector(`[data-${name}]`);
const field = (row, name) => row.querySelector(`[name$='-${name}']`);
const boxOf = (row) => row.querySelector(".photo-row");
const isRemoved = (row) => Boolean(field(row, "DELETE")?.checked);
const changed = (input) => input.dispatchEvent(new Event("change", { bubbles: true }));

// The preview, made small at once: twenty pictures of a phone's camera do not fit into its memory.

let drawing = Promise.resolve();

async function draw(row, file) {
  const image = row.querySelector("[data-focal] img");
  const name = part(row, "photo-name");
  name.textContent = file.name;
  name.hidden = false;
  let address;
  try {
    const bitmap = await createImageBitmap(file, { resizeWidth: PREVIEW_WIDTH, resizeQuality: "medium" });
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    bitmap.close();
    address = URL.createObjectURL(await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.8)));
  } catch {
    // Not every browser draws what a phone takes (HEIC): the name says which file it is until the
    // server's own version is there.
    return;
  }
  if (!row.isConnected) return URL.revokeObjectURL(address);
  image.src = address;
  image.hidden = false;
  name.hidden = true;
}

function preview(row, file) {
  drawing = drawing.then(() => draw(row, file)).catch(() => {});
}

// What the row says of its file

function say(row, sentence, { progress = null, isWrong = false, mayRetry = false } = {}) {
  const box = part(row, "upload");
  box.hidden = !sentence;
  box.classList.toggle("is-wrong", isWrong);
  part(row, "upload-says").textContent = sentence;
  const bar = part(row, "upload-progress");
  bar.hidden = progress === null;
  bar.value = progress ?? 0;
  bar.setAttribute("aria-label", files.get(row)?.name || "");
  const again = part(row, "upload-again");
  again.hidden = !mayRetry;
  again.textContent = words.again;
  tell();
}

// One line for all of them, read aloud when it changes: not for each piece of each file.
function tell() {
  const state = part(tools, "uploads-state");
  state.hidden = !chosen;
  const line = [
    jobs.size ? fill(words.progress, arrived, chosen - refused) : arrived && words.allThere,
    refused && fill(words.someRefused, refused),
  ];
  const sentence = line.filter(Boolean).join(" ");
  const says = part(tools, "uploads-says");
  if (says.textContent !== sentence) says.textContent = sentence;
  part(tools, "uploads-progress").value = chosen ? (arrived + refused) / chosen : 0;
  part(tools, "uploads-progress").hidden = !jobs.size;
}

// A file that cannot be used takes one line: its name, why, and the way to remove it. What was typed beside it
// stays in sight.
function fold(row, isFolded) {
  const isEmpty = ["caption", "credit", "alt_text"].every((name) => !field(row, name).value);
  row.classList.toggle("is-refused", isFolded && isEmpty);
}

// The same credit for all: into the empty ones, never over what somebody wrote.

const creditForAll = tools && part(tools, "credit-all");
const withoutCredit = () =>
  rows().filter((row) => !isRemoved(row) && !broken.has(row) && field(row, "credit")?.value.trim() === "");

function offerCredit() {
  // While somebody types in it, it stays.
  if (creditForAll.contains(document.activeElement)) return;
  creditForAll.hidden = withoutCredit().length < 2;
}

function putCredit() {
  const input = creditForAll.querySelector("input");
  const credit = input.value.trim();
  if (!credit) return input.focus();
  for (const row of withoutCredit()) {
    field(row, "credit").value = credit;
    field(row, "credit").dispatchEvent(new Event("input", { bubbles: true }));
    changed(field(row, "credit"));
  }
  input.value = "";
  creditForAll.hidden = true;
  rows()[0]?.querySelector("[name$='-credit']")?.focus();
}

function watchCredits() {
  for (const name of ["input", "change", "focusout", "rows:changed", "rows:reordered"]) {
    group.addEventListener(name, () => setTimeout(offerCredit, 0));
  }
  creditForAll.querySelector("button").addEventListener("click", putCredit);
  creditForAll.querySelector("input").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    putCredit();
  });
  offerCredit();
}

// A row that has no photo is no row for the server; what was typed in it stays for the person.
function leaveOut(row, isOut) {
  for (const input of row.querySelectorAll("input, select, textarea")) {
    if (!/-DELETE$/.test(input.name)) input.disabled = isOut;
  }
}

function showFile(row, isShown) {
  part(row, "photo-file")?.classList.toggle("is-filled", !isShown);
}

// The photo is there: its number goes into the form, its words where nobody has typed any.
function put(row, card) {
  const box = boxOf(row);
  box.dataset.photo = card.photo;
  box.dataset.focalX = card.focal_x;
  box.dataset.focalY = card.focal_y;
  showCredit(row, card.credit);
  for (const name of ["caption", "alt_text"]) {
    const input = field(row, name);
    if (!input.value && card[name]) {
      input.value = card[name];
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
  const label = field(row, "is_ai_generated");
  if (card.is_ai_generated && label) label.checked = true;
  const image = row.querySelector("[data-focal] img");
  if (image.hidden || !image.getAttribute("src")) {
    image.src = card.url;
    image.alt = card.alt_text;
    image.hidden = false;
  }
  part(row, "photo-name").hidden = true;
  showFile(row, false);
  const input = field(row, "photo");
  if (input.value !== String(card.photo)) {
    input.value = card.photo;
    changed(input);
  }
  say(row, "");
  showFocal(box);
}

// A credit that the library has is shown, and changed there alone.
function showCredit(row, credit) {
  const shown = part(row, "credit-shown");
  const asked = part(row, "credit-asked");
  if (!credit || !shown || !asked) return;
  part(row, "credit-text").textContent = credit;
  shown.hidden = false;
  asked.hidden = true;
  field(row, "credit").value = "";
}

function drop(row) {
  jobs.get(row)?.cancel();
  jobs.delete(row);
  row.remove();
  group.dispatchEvent(new CustomEvent("rows:reordered", { bubbles: true }));
}

function announceTwice(file) {
  const says = part(tools, "uploads-says");
  part(tools, "uploads-state").hidden = false;
  says.textContent = fill(words.twice, file.name);
}

// Another row of the same file, or of the photo that the file turned out to be.
function twin(row, test) {
  return rows().find((other) => other !== row && !isRemoved(other) && test(other));
}

function end(row) {
  jobs.delete(row);
  tell();
  goOn();
}

function send(row, file) {
  let here = row;
  files.set(row, file);
  field(row, "file").value = "";
  showFile(row, false);
  leaveOut(row, false);
  fold(row, false);
  if (broken.delete(row)) {
    refused -= 1;
    chosen -= 1;
  }
  preview(row, file);
  const hear = {
    named(digest) {
      const other = twin(here, (one) => field(one, "upload")?.value === digest);
      if (other && (boxOf(other).dataset.photo || jobs.has(other))) {
        chosen -= 1;
        drop(here);
        announceTwice(file);
        goOn();
        return false;
      }
      if (other) {
        // The form came back with this row, and only its file was missing.
        jobs.delete(here);
        here.remove();
        here = other;
        jobs.set(here, job);
        files.set(here, file);
        showFile(here, false);
        preview(here, file);
      }
      field(here, "upload").value = digest;
      changed(field(here, "upload"));
      return true;
    },
    progress(bytes) {
      const progress = bytes / file.size;
      say(here, fill(words.sending, Math.floor(progress * 100)), { progress });
    },
    finishing: () => say(here, words.finishing, { progress: 1 }),
    held: () => say(here, words.held, { progress: 1 }),
    lost: () => say(here, words.lost, { progress: job.offset / file.size }),
    signedOut: () => say(here, words.signedOut, { isWrong: true }),
    done(card) {
      if (twin(here, (one) => boxOf(one).dataset.photo === String(card.photo))) {
        chosen -= 1;
        drop(here);
        announceTwice(file);
        return goOn();
      }
      arrived += 1;
      put(here, card);
      return end(here);
    },
    refused(sentence) {
      refused += 1;
      broken.add(here);
      field(here, "upload").value = "";
      leaveOut(here, true);
      part(here, "photo-name").textContent = file.name;
      part(here, "photo-name").hidden = false;
      say(here, sentence, { isWrong: true });
      fold(here, true);
      offerCredit();
      end(here);
    },
    stopped(why) {
      chosen -= 1;
      say(here, words[why], { isWrong: true, mayRetry: why !== "unreadable" });
      if (why === "unreadable") showFile(here, true);
      end(here);
    },
  };
  chosen += 1;
  const job = uploads.add(file, (what, value) => hear[what](value) ?? null);
  jobs.set(row, job);
  say(row, words.waiting, { progress: 0 });
}

// Without a digest the file goes with the form, as it does without script.
function giveToForm(row, file) {
  const holder = new DataTransfer();
  holder.items.add(file);
  field(row, "file").files = holder.files;
  showFile(row, false);
  preview(row, file);
}

function addRow() {
  const detail = {};
  group.dispatchEvent(new CustomEvent("rows:add", { bubbles: true, detail }));
  return detail.row;
}

// A photo of the library by its card, unless the story has it already.
function putIntoStory(card) {
  if (!twin(null, (row) => boxOf(row).dataset.photo === String(card.photo))) put(addRow(), card);
}

// Saving while photos are on their way: it waits for them, unless the person says not to.

const dialog = tools && part(tools, "hold");
let held = null;

function hold(event) {
  const by = event.submitter;
  if (event.target !== form || !jobs.size || by?.hasAttribute("formaction")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  held = { by };
  dialog.querySelector("[role=status]").textContent = words.holding;
  part(dialog, "hold-back").textContent = words.keepWaiting;
  part(dialog, "hold-without").textContent = words.saveWithout;
  dialog.showModal();
}

function goOn() {
  if (!held || jobs.size) return;
  const { by } = held;
  held = null;
  dialog.close();
  form.requestSubmit(by);
}

function saveWithout() {
  for (const [row, job] of jobs) {
    job.cancel();
    leaveOut(row, true);
    say(row, words.chooseAgain, { mayRetry: true });
  }
  jobs.clear();
  goOn();
}

function watchSaving() {
  document.addEventListener("submit", hold, true);
  dialog.addEventListener("close", () => (held = null));
  part(dialog, "hold-back").addEventListener("click", () => dialog.close());
  part(dialog, "hold-without").addEventListener("click", saveWithout);
}

// Rows that come back, from the copy that keep.js kept or from the server

async function showChosen(row) {
  const key = field(row, "photo").value;
  if (!/^\d+$/.test(key) || boxOf(row).dataset.photo === key) return;
  const response = await fetch(`${tools.dataset.cards}${key}/`, { headers: { Accept: "application/json" } });
  if (response.ok && !response.redirected) put(row, await response.json());
}

async function findSent(row) {
  const digest = field(row, "upload")?.value;
  if (!digest || jobs.has(row) || field(row, "photo").value) return;
  const known = await uploads.known(digest).catch(() => ({}));
  if (jobs.has(row) || field(row, "photo").value) return;
  if (known.photo) put(row, known);
  else say(row, words.chooseAgain);
}

function takeMany(input) {
  const list = [...input.files];
  input.value = "";
  for (const file of list) {
    const row = addRow();
    if (uploads) send(row, file);
    else giveToForm(row, file);
  }
}

function onChange(event) {
  const input = event.target;
  if (input.matches("[data-rows-files]")) return takeMany(input);
  const row = input.closest("[data-row]");
  if (!row || !group.contains(row)) return null;
  if (input.type === "file" && input.files.length) {
    if (uploads) return send(row, input.files[0]);
    return preview(row, input.files[0]);
  }
  if (/-photo$/.test(input.name)) return showChosen(row).catch(() => {});
  if (/-upload$/.test(input.name) && uploads) return findSent(row);
  if (/-DELETE$/.test(input.name) && files.has(row)) removeOrPutBack(row, input.checked);
  return null;
}

function removeOrPutBack(row, isGone) {
  if (!isGone && !boxOf(row).dataset.photo && !jobs.has(row)) return send(row, files.get(row));
  if (isGone && broken.delete(row)) {
    refused -= 1;
    chosen -= 1;
    return tell();
  }
  if (!isGone || !jobs.has(row)) return null;
  jobs.get(row).cancel();
  chosen -= 1;
  return end(row);
}

if (tools) {
  document.addEventListener("change", onChange);
  document.addEventListener("click", (event) => {
    const again = event.target.closest("[data-upload-again]");
    const row = again?.closest("[data-row]");
    if (row && files.has(row)) send(row, files.get(row));
  });
  tools.addEventListener("photos:chosen", (event) => event.detail.forEach(putIntoStory));
  watchSaving();
  watchCredits();
  if (uploads) rows().forEach(findSent);
}
