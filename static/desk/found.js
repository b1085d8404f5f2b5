// Names found in a pasted list or in the text: cards that are confirmed one by one. Taking one adds
// a line to the register, unsaved, as if it had been typed; nothing is written before the story is.

const finder = document.querySelector("[data-finder]");
const group = finder?.closest("[data-rows]");
const form = document.getElementById("article_form");

function token() {
  return document.querySelector("[name=csrfmiddlewaretoken]").value;
}

function say(text) {
  finder.querySelector("[data-register-says]").textContent = text;
}

function value(name) {
  return form.querySelector(`[name='${name}']`)?.value || "";
}

const part = (row, name) => row.querySelector(`[name$='-${name}']`);
const isRemoved = (row) => Boolean(part(row, "DELETE")?.checked);
const rows = () => [...group.querySelectorAll("[data-rows-list] > [data-row]")];

function linesOf(list) {
  return list.map((row) => ({
    subject: part(row, "subject")?.value || "person",
    name: part(row, "name")?.value || "",
    chosen: part(row, "chosen")?.value || "",
    office: part(row, "office_as_printed")?.value || "",
    tenure: part(row, "tenure")?.value || "",
  }));
}

function question() {
  const data = new FormData();
  data.set("csrfmiddlewaretoken", token());
  data.set("story", finder.dataset.story);
  data.set("on", value("event_on") || document.getElementById("id_event_on")?.dataset.otherwise || "");
  return data;
}

// Why an answer is none; empty when it is one. A network that wants a sign-in of its own answers too.
function whyNot(answer) {
  if (answer.redirected) return finder.dataset.signedOut;
  if (answer.status === 403) return finder.dataset.stale;
  return answer.ok || answer.status === 400 ? "" : finder.dataset.offline;
}

async function post(url, data) {
  return fetch(url, { method: "POST", body: data, headers: { "X-Requested-With": "XMLHttpRequest" } });
}

// Find

async function find(kind, button) {
  const data = question();
  if (kind === "list") {
    const pasted = value("pasted_list");
    if (!pasted.trim()) {
      say(finder.dataset.empty);
      document.getElementById("id_pasted_list").focus();
      return;
    }
    data.set("pasted", pasted);
  } else {
    for (const name of ["headline", "standfirst", "body"]) data.set(name, value(name));
  }
  data.set("lines", JSON.stringify(linesOf(rows().filter((row) => !isRemoved(row)))));
  button.setAttribute("aria-busy", "true");
  try {
    const answer = await post(finder.dataset.findUrl, data);
    // A sentence about what was sent comes with 400.
    const why = whyNot(answer);
    if (why) tell(why);
    else show(await answer.text());
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    tell(finder.dataset.offline);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

function tell(words) {
  say(words);
  const note = document.createElement("p");
  note.className = "found-error";
  note.textContent = words;
  finder.querySelector("[data-found]").replaceChildren(note);
}

function show(html) {
  const place = finder.querySelector("[data-found]");
  const holder = document.createElement("template");
  holder.innerHTML = html;
  if (!holder.content.querySelector("[data-found-list] [data-found-says]")) {
    tell(finder.dataset.offline);
    return;
  }
  place.replaceChildren(holder.content);
  count();
  const words = place.querySelector("[data-found-says]");
  say(words?.textContent || "");
  place.querySelector("[data-found-list]")?.scrollIntoView({ block: "nearest" });
  open()[0]?.querySelector("button")?.focus({ preventScroll: true });
}

const open = () =>
  [...finder.querySelectorAll("[data-found-card]")].filter(
    (card) => !card.classList.contains("is-done") && card.querySelector("button[data-take], button[data-refuse]"),
  );

function count() {
  const button = finder.querySelector("[data-take-certain]");
  if (!button) return;
  const certain = open().filter((card) => card.dataset.certain && !card.closest(".found-refused"));
  button.querySelector("[data-certain-count]").textContent = String(certain.length);
  button.parentElement.hidden = !certain.length;
}

// Answers

function take(card, line, isToBeFilled = false) {
  const values = JSON.parse(line);
  const event = new CustomEvent("rows:add", { bubbles: true, detail: {} });
  group.dispatchEvent(event);
  const row = event.detail.row;
  for (const [name, text] of Object.entries(values)) {
    const field = part(row, name);
    if (field?.type === "checkbox") field.checked = Boolean(text);
    else if (field) field.value = text;
  }
  const box = card.querySelector("[data-private]");
  if (box && values.subject === "person" && !values.chosen?.includes(":")) {
    part(row, "is_private").checked = box.checked;
    // Only whoever took the tick away has said so.
    part(row, "wants_page").value = box.checked || box.disabled ? "" : "on";
  }
  const attendance = row.querySelector("[data-attendance]");
  attendance.dataset.name = values.name || "";
  // Filled from the office of that day, not printed by the text: it follows another choice.
  if (values.tenure && !values.read_office) attendance.dataset.filled = values.office_as_printed || "";
  attendance.dispatchEvent(new CustomEvent("register:filled", { bubbles: true }));
  if (values.represents_as_printed || values.subject !== "person" || part(row, "is_private").checked) row.querySelector("details").open = true;
  done(card, card.dataset.taken.replace("%s", values.name || card.dataset.label), row);
  if (isToBeFilled) {
    row.scrollIntoView({ block: "center" });
    part(row, "name").focus();
    part(row, "name").select();
  }
}

function refusals() {
  try {
    const list = JSON.parse(finder.querySelector("[data-refused]").value || "[]");
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

function setRefusals(list) {
  const field = finder.querySelector("[data-refused]");
  field.value = JSON.stringify(list);
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function refuse(card) {
  setRefusals([...refusals(), JSON.parse(card.dataset.refusal)]);
  done(card, card.dataset.refusedWords.replace("%s", card.dataset.label));
}

const addedRows = new WeakMap();

function done(card, words, row = null) {
  card.classList.add("is-done");
  card.querySelector(".found-answers").hidden = true;
  const note = card.querySelector(".found-done");
  note.hidden = false;
  note.querySelector("[data-done-words]").textContent = words;
  if (row) addedRows.set(card, row);
  say(words);
  count();
}

function undo(card) {
  const row = addedRows.get(card);
  if (row) {
    const box = part(row, "DELETE");
    if (box && !box.checked) {
      box.checked = true;
      box.dispatchEvent(new Event("change", { bubbles: true }));
    }
    addedRows.delete(card);
  } else {
    const gone = card.dataset.refusal;
    setRefusals(refusals().filter((pair) => JSON.stringify(pair) !== JSON.stringify(JSON.parse(gone))));
  }
  card.classList.remove("is-done");
  card.querySelector(".found-answers").hidden = false;
  card.querySelector(".found-done").hidden = true;
  count();
  card.querySelector("button")?.focus();
}

function next(card) {
  const cards = open();
  const after = cards.find((one) => card.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
  const one = after || cards[0];
  (one?.querySelector("button") || finder.querySelector("[data-found-close]"))?.focus();
}

if (finder) {
  // Also for desk/offices.js: modules with hashed names do not import each other.
  finder.register = { linesOf, question, post, whyNot, rows, isRemoved, part, say };
  finder.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const card = button.closest("[data-found-card]");
    if (button.dataset.find) find(button.dataset.find, button);
    else if ("takeCertain" in button.dataset) {
      const certain = open().filter((one) => one.dataset.certain && !one.closest(".found-refused"));
      for (const one of certain) take(one, one.dataset.certain);
      say(certain.map((one) => one.dataset.label).join(", "));
      (open()[0]?.querySelector("button") || finder.querySelector("[data-found-close]")).focus();
    } else if (button.dataset.take) {
      const isToBeFilled = "open" in button.dataset;
      take(card, button.dataset.take, isToBeFilled);
      if (!isToBeFilled) next(card);
    } else if ("refuse" in button.dataset) {
      refuse(card);
      next(card);
    } else if ("foundUndo" in button.dataset) undo(card);
    else if ("foundClose" in button.dataset) {
      finder.querySelector("[data-found]").replaceChildren();
      finder.querySelector("summary").focus();
    }
  });
}
