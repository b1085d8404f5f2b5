// The queue by keyboard. Every decision is sent while the next comment is already on the screen; the
// server answers with what it did, or with what somebody else did before. Without this module the
// page is plain forms.

const UNDO_MS = 10_000;
// So many comments go in one request when several are decided about.
const CHUNK = 50;
// A decision so soon after a comment has appeared was meant for the one before it.
const UNSEEN_MS = 300;
const root = document.querySelector("[data-queue]");
const item = root?.querySelector("[data-item]");
const list = root?.querySelector("[data-list]");
const say = document.querySelector("[data-say]");
const toasts = document.querySelector("[data-toasts]");
const keys = document.querySelector("[data-keys]");
const pages = new Map();
let last = null;
let appearedAt = -UNSEEN_MS;
let sending = Promise.resolve();

document.documentElement.classList.add("has-js");

const rows = () => [...list.querySelectorAll("[data-row]:not(.is-done)")];
const rowOf = (pk) => list.querySelector(`[data-row="${CSS.escape(pk)}"]`);
const current = () => item.querySelector("[data-comment]");
const currentRow = () => list.querySelector(".is-current");

// What a button says, without the key that stands on it.
function wordsOf(button) {
  const copy = button.cloneNode(true);
  for (const key of copy.querySelectorAll("kbd")) key.remove();
  return copy.textContent.trim();
}

// Reading

function load(row) {
  const pk = row.dataset.row;
  if (!pages.has(pk)) {
    const url = row.querySelector("[data-open]").dataset.open + new URL(root.dataset.place, location.href).search;
    pages.set(
      pk,
      fetch(url).then((response) => {
        if (response.redirected) throw new Error(root.dataset.login);
        if (!response.ok) throw new Error(root.dataset.offline);
        return response.text();
      }),
    );
    pages.get(pk).catch(() => pages.delete(pk));
  }
  return pages.get(pk);
}

function mark(row) {
  for (const other of list.querySelectorAll(".is-current")) {
    other.classList.remove("is-current");
    other.querySelector("[aria-current]")?.removeAttribute("aria-current");
  }
  if (!row) return;
  row.classList.add("is-current");
  row.querySelector("[data-open]").setAttribute("aria-current", "true");
}

async function open(row, { focus = true, remember = true } = {}) {
  mark(row);
  if (!row) return showEmpty();
  const link = row.querySelector("[data-open]");
  const pk = row.dataset.row;
  item.dataset.wanted = pk;
  let html;
  try {
    html = await load(row);
  } catch (error) {
    return toast(error instanceof TypeError ? root.dataset.offline : error.message, { isError: true });
  }
  if (item.dataset.wanted !== pk) return;
  // Read once: what stands in the queue may be another text tomorrow.
  pages.delete(pk);
  item.innerHTML = html;
  appearedAt = performance.now();
  if (remember) history.replaceState(null, "", link.href);
  if (focus) item.querySelector("#item-title").focus({ preventScroll: true });
  keepInView(row);
  if (matchMedia("(max-width: 767px)").matches) scrollTo({ top: 0 });
  unveil();
  const waiting = rows();
  const here = waiting.indexOf(row);
  waiting.slice(here + 1, here + 3).forEach(load);
}

// The list scrolls by itself; the page stays where it is unless the comment's head is above it.
function keepInView(row) {
  const box = list.getBoundingClientRect();
  const { top, bottom } = row.getBoundingClientRect();
  const end = Math.min(box.bottom, innerHeight);
  if (top < box.top) list.scrollTop -= box.top - top;
  else if (bottom > end) list.scrollTop += bottom - end;
  if (item.getBoundingClientRect().top < 0) item.scrollIntoView();
}

function showEmpty() {
  item.dataset.wanted = "";
  const empty = document.createElement("p");
  empty.className = "queue-empty";
  empty.textContent = root.dataset.empty;
  item.replaceChildren(empty);
  item.focus({ preventScroll: true });
  say.textContent = root.dataset.empty;
}

function neighbour(step) {
  const all = rows();
  const here = all.indexOf(currentRow());
  if (here < 0) return all[0];
  return all[here + step];
}

function move(step) {
  const row = neighbour(step);
  if (row) open(row);
}

// The list as it is now: once the rows at hand are done, or after a decision about several.
async function reload() {
  const response = await fetch(root.dataset.place, { headers: { Accept: "text/html" } });
  if (response.redirected) return location.reload();
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  list.replaceChildren(...page.querySelector("[data-list]").childNodes);
  document.querySelector(".tabs").replaceWith(page.querySelector(".tabs"));
  pages.clear();
  unveil();
  await open(rows()[0], { remember: true });
}

// Harsh ones stay blurred, and out of a screen reader's way, until somebody asks for them.

const harshSwitch = document.querySelector("[data-show-harsh]");

function unveil() {
  const all = document.documentElement.classList.contains("shows-harsh");
  for (const harsh of document.querySelectorAll(".is-harsh")) {
    if (all || harsh.classList.contains("is-revealed")) harsh.removeAttribute("aria-hidden");
    else harsh.setAttribute("aria-hidden", "true");
  }
}

function reveal() {
  const veiled = item.querySelectorAll(".is-harsh:not(.is-revealed)");
  for (const harsh of veiled) harsh.classList.add("is-revealed");
  item.querySelector("[data-harsh-note]")?.remove();
  unveil();
  return veiled.length > 0;
}

function setHarsh(shown) {
  document.documentElement.classList.toggle("shows-harsh", shown);
  harshSwitch.checked = shown;
  try {
    localStorage.setItem("queue:harsh", shown ? "1" : "");
  } catch {
    // A browser that keeps nothing blurs them again next time.
  }
  unveil();
}

// Keys of one character can be switched off: spoken words, or a hand that slips, must not decide.

const keySwitch = document.querySelector("[data-use-keys]");

function setKeys(isOn) {
  document.documentElement.classList.toggle("no-keys", !isOn);
  keySwitch.checked = isOn;
  try {
    localStorage.setItem("queue:keys", isOn ? "" : "off");
  } catch {
    // A browser that keeps nothing has them again next time.
  }
}

// Saying what happened

function toast(text, { isError = false, event = null } = {}) {
  for (const old of toasts.querySelectorAll(".toast:not(.is-error)")) old.remove();
  const box = document.createElement("div");
  box.className = isError ? "toast is-error" : "toast";
  const words = document.createElement("p");
  words.textContent = text;
  box.append(words);
  const button = document.createElement("button");
  button.type = "button";
  if (event) {
    button.addEventListener("click", undo);
    countDown(button, box, event);
  } else {
    button.textContent = root.dataset.close;
    button.addEventListener("click", () => box.remove());
    if (!isError) setTimeout(() => box.remove(), UNDO_MS);
  }
  box.append(button);
  toasts.append(box);
  return box;
}

function countDown(button, box, decision) {
  const end = Date.now() + UNDO_MS;
  const tick = () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    if (left <= 0 || last !== decision) {
      if (last === decision) last = null;
      box.remove();
      return;
    }
    button.textContent = `${root.dataset.undo} (u) ${left}`;
    setTimeout(tick, 250);
  };
  tick();
}

// Acting

async function post(url, data) {
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      body: data,
      headers: { Accept: "application/json" },
      keepalive: true,
    });
  } catch {
    throw new Error(root.dataset.offline);
  }
  if (response.redirected || response.status === 403) throw new Error(root.dataset.login);
  const answer = await response.json().catch(() => null);
  if (!answer) throw new Error(root.dataset.offline);
  return answer;
}

// One after the other: what is taken back was sent before.
function inTurn(work) {
  sending = sending.then(work, work);
  return sending;
}

function bringBack(row, html) {
  if (html) {
    const holder = document.createElement("template");
    holder.innerHTML = html.trim();
    const fresh = holder.content.firstElementChild;
    row.replaceWith(fresh);
    row = fresh;
  }
  row.classList.remove("is-done");
  pages.delete(row.dataset.row);
  unveil();
  return row;
}

async function decide(form, button) {
  if (performance.now() - appearedAt < UNSEEN_MS) return;
  const article = current();
  const row = rowOf(article.dataset.comment);
  const data = new FormData(form, button);
  const words = wordsOf(button);
  const next = row ? (neighbour(1) ?? neighbour(-1)) : rows()[0];
  const decision = { row, event: null };
  last = decision;
  if (row) row.classList.add("is-done");
  const box = toast(`${article.dataset.name}: ${words}`, { event: decision });
  say.textContent = next
    ? `${words}. ${root.dataset.next} ${next.querySelector(".row-name").textContent}`
    : words;
  // The next key must not fall on the comment that was decided about.
  const asItWas = [...item.childNodes];
  item.replaceChildren();
  const shown = next ? open(next) : Promise.resolve();
  await inTurn(async () => {
    try {
      const answer = await post(form.action, data);
      if (answer.ok) {
        decision.event = answer.event;
        box.querySelector("p").textContent = `${article.dataset.name}: ${answer.told}`;
        return;
      }
      failed(decision, box, `${article.dataset.name}: ${answer.told}`);
      if (!row || !answer.row) return;
      const fresh = bringBack(row, answer.row);
      if (!isBusy()) open(fresh);
    } catch (error) {
      failed(decision, box, `${article.dataset.name}: ${error.message}`);
      if (row) bringBack(row);
      if (!isBusy()) showAgain(article.dataset.comment, row, asItWas);
    }
  });
  await shown;
  if (!next && !rows().length && !current()) await reload();
}

// Whoever writes a note, or stands before another one that failed, is not led away from it.
const isBusy = () => isTyping(document.activeElement) || Boolean(current()?.dataset.failed);

// The comment whose decision was lost is the large one again, with the note that was written for
// it: the same key now means the same comment. Without a line nothing could be fetched for it.
function showAgain(pk, row, nodes) {
  mark(row);
  item.dataset.wanted = pk;
  item.replaceChildren(...nodes);
  current().dataset.failed = "1";
  appearedAt = performance.now();
  if (row) {
    history.replaceState(null, "", row.querySelector("[data-open]").href);
    keepInView(row);
  }
  item.querySelector("#item-title").focus({ preventScroll: true });
  unveil();
}

function failed(decision, box, text) {
  if (last === decision) last = null;
  box.remove();
  toast(text, { isError: true });
  say.textContent = text;
}

async function undo() {
  const decision = last;
  if (!decision) return;
  last = null;
  await inTurn(async () => {
    if (!decision.event) return;
    const data = new FormData();
    data.set("event", decision.event);
    data.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    for (const [name, value] of new URL(root.dataset.place, location.href).searchParams) data.set(name, value);
    try {
      const answer = await post(root.dataset.undoUrl, data);
      toast(answer.told, { isError: !answer.ok });
      say.textContent = answer.told;
      if (!answer.ok) return;
      if (decision.row && decision.row.isConnected) open(bringBack(decision.row, answer.row));
      else await reload();
    } catch (error) {
      toast(error.message, { isError: true });
    }
  });
}

async function ban(form) {
  try {
    const answer = await post(form.action, new FormData(form));
    toast(answer.told, { isError: !answer.ok });
    say.textContent = answer.told;
    const row = currentRow();
    if (answer.ok && row) await open(row);
  } catch (error) {
    toast(error.message, { isError: true });
  }
}

// A decision about several goes in pieces, so that many of them are seen to move.
async function decideSeveral(form, button) {
  const chosen = [...list.querySelectorAll(".row-pick:checked")];
  const progress = form.querySelector("[data-bulk-progress]");
  progress.hidden = false;
  progress.max = chosen.length;
  progress.value = 0;
  for (const control of form.querySelectorAll("button")) control.disabled = true;
  say.textContent = root.dataset.working;
  const template = new FormData(form);
  template.set(button.name, button.value);
  let done = 0;
  const left = [];
  let told = "";
  try {
    for (let start = 0; start < chosen.length; start += CHUNK) {
      template.delete("row");
      for (const box of chosen.slice(start, start + CHUNK)) template.append("row", box.value);
      const answer = await post(form.action, template);
      if (!answer.ok) throw new Error(answer.told);
      done += answer.done.length;
      left.push(...answer.left);
      told = answer.told;
      progress.value = start + CHUNK;
    }
    const sentence = told.replace(/\d+/, done);
    toast(sentence);
    say.textContent = sentence;
    if (left.length) toast(left.slice(0, 5).join("\n"), { isError: true });
  } catch (error) {
    toast(error.message, { isError: true });
  }
  await reload();
}

// Keys

const isTyping = (target) =>
  target.isContentEditable ||
  target.matches("textarea, select, input:not([type=checkbox], [type=radio])");

function press(key) {
  const rejecting = item.querySelector("[data-reject]");
  if (rejecting?.open) {
    const reason = rejecting.querySelector(`[data-digit="${CSS.escape(key)}"]`);
    if (reason) return reason.click() ?? true;
    if (key === "n") {
      rejecting.querySelector("[data-note]").focus();
      return true;
    }
  }
  switch (key) {
    case "j":
    case "ArrowDown":
      move(1);
      return true;
    case "k":
    case "ArrowUp":
      move(-1);
      return true;
    case "u":
      undo();
      return true;
    case "o":
      return reveal();
    case "x": {
      const box = currentRow()?.querySelector(".row-pick");
      if (box) box.click();
      return Boolean(box);
    }
    case "*": {
      const boxes = rows().map((row) => row.querySelector(".row-pick"));
      const all = boxes.every((box) => box.checked);
      for (const box of boxes) box.checked = !all;
      countChosen();
      return true;
    }
    case "?":
      keys.showModal();
      return true;
    case "Escape":
      for (const open of item.querySelectorAll("[data-reject][open], [data-ban][open]")) open.open = false;
      return true;
  }
  const control = /^[a-z]$/.test(key) && item.querySelector(`[data-key="${key}"]`);
  if (!control) return false;
  control.click();
  if (key === "b") item.querySelector("[data-ban-reason]").focus();
  if (key === "r") item.querySelector("[data-reject]").scrollIntoView({ block: "nearest" });
  return true;
}

function onKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat || keys.open) return;
  if (isTyping(event.target)) {
    if (event.key === "Escape") item.querySelector("#item-title")?.focus();
    return;
  }
  if (event.key.length === 1 && !keySwitch.checked) return;
  const isArrow = event.key.startsWith("Arrow");
  if (isArrow && event.target.matches("[type=radio]")) return;
  if (event.key === "Enter" || event.key === " ") {
    // On a button or a link Enter does what it always does.
    if (event.key === "Enter" && !event.target.closest("a, button, summary, input, label") && reveal()) {
      event.preventDefault();
    }
    return;
  }
  if (press(event.key)) event.preventDefault();
}

function countChosen() {
  const counter = list.querySelector("[data-bulk-count]");
  if (counter) counter.textContent = list.querySelectorAll(".row-pick:checked").length || "";
}

if (root) {
  document.addEventListener("keydown", onKey);
  document.querySelector("[data-help]").addEventListener("click", () => keys.showModal());
  harshSwitch.addEventListener("change", () => setHarsh(harshSwitch.checked));
  keySwitch.addEventListener("change", () => setKeys(keySwitch.checked));
  root.addEventListener("change", countChosen);
  root.addEventListener("click", (event) => {
    const link = event.target.closest("[data-open], [data-reveal]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.matches("[data-reveal]")) reveal();
    else open(link.closest("[data-row]"));
  });
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-decide]")) decide(form, event.submitter);
    else if (form.matches("[data-ban-form]")) ban(form);
    else if (form.matches("[data-bulk]")) decideSeveral(form, event.submitter);
    else return;
    event.preventDefault();
  });
  let shown = "";
  let used = "";
  try {
    shown = localStorage.getItem("queue:harsh") ?? "";
    used = localStorage.getItem("queue:keys") ?? "";
  } catch {
    // As above.
  }
  setHarsh(shown === "1");
  setKeys(used !== "off");
  countChosen();
  const first = currentRow();
  if (first) rows().slice(rows().indexOf(first) + 1, rows().indexOf(first) + 3).forEach(load);
}
