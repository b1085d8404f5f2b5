// Offices on the day of the event: a line whose office had ended by then, or had not begun, says so
// and offers what was held. And the order of protocol, which can be taken back.

const finder = document.querySelector("[data-finder]");
const group = finder?.closest("[data-rows]");
const tools = finder?.register;
const PAUSE = 250;
let timer = 0;
let asked = 0;
let trouble = "";

const day = () => document.getElementById("id_event_on");
const isPerson = (row) => (tools.part(row, "subject")?.value || "person") === "person";
const attendance = (row) => row.querySelector("[data-attendance]");
const office = (row) => tools.part(row, "office_as_printed");
const wasFilled = (row) => Boolean(office(row).value) && office(row).value === attendance(row).dataset.filled;

async function ask(list) {
  const data = tools.question();
  data.set("lines", JSON.stringify(tools.linesOf(list)));
  trouble = finder.dataset.offline;
  try {
    const answer = await tools.post(finder.dataset.linesUrl, data);
    trouble = tools.whyNot(answer) || trouble;
    const told = answer.ok && !answer.redirected ? (await answer.json()).lines : null;
    return Array.isArray(told) ? told : null;
  } catch (error) {
    // No network: it is looked at again when the story is saved.
    if (!(error instanceof TypeError) && !(error instanceof SyntaxError)) throw error;
    return null;
  }
}

// Doubts

async function look() {
  const list = tools.rows().filter((row) => !tools.isRemoved(row) && isPerson(row));
  const number = ++asked;
  const told = list.length ? await ask(list) : [];
  if (!told || number !== asked) return;
  list.forEach((row, index) => draw(row, told[index]));
  const followers = list.filter((row) => row.held && wasFilled(row) && row.held.length === 1);
  finder.querySelector("[data-follow]").hidden = followers.length < 2;
}

function leftAlone(row) {
  return `${office(row).value}|${day()?.value || ""}`;
}

function draw(row, { doubt, held }) {
  const place = row.querySelector("[data-doubt]");
  const isLeft = attendance(row).dataset.left === leftAlone(row);
  row.held = doubt && !isLeft ? held : null;
  if (!doubt || isLeft) {
    if (place.firstChild) place.replaceChildren();
    return;
  }
  if (place.dataset.drawn === doubt && place.firstChild) return;
  place.dataset.drawn = doubt;
  const words = document.createElement("p");
  words.textContent = doubt;
  const buttons = document.createElement("p");
  buttons.className = "finder-buttons";
  for (const one of held) buttons.append(button(one.label, () => print(row, one)));
  buttons.append(
    button(place.dataset.leave, () => {
      attendance(row).dataset.left = leftAlone(row);
      row.held = null;
      place.replaceChildren();
      office(row).focus();
    }),
  );
  place.replaceChildren(words, buttons);
}

function button(label, run) {
  const one = document.createElement("button");
  one.type = "button";
  one.className = "button-quiet";
  one.textContent = label;
  one.addEventListener("click", run);
  return one;
}

function print(row, one) {
  office(row).value = one.office;
  tools.part(row, "tenure").value = String(one.tenure);
  attendance(row).dataset.filled = one.office;
  row.held = null;
  row.querySelector("[data-doubt]").replaceChildren();
  office(row).dispatchEvent(new Event("change", { bubbles: true }));
  office(row).focus();
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(look, PAUSE);
}

// Order

function drawOrder() {
  finder.querySelector("[data-order]").hidden = tools.rows().length < 2;
}

function put(list) {
  const end = group.querySelector("[data-rows-list] > [data-rows-empty]");
  for (const row of list) {
    if (end) end.before(row);
    else group.querySelector("[data-rows-list]").append(row);
  }
  group.dispatchEvent(new CustomEvent("rows:reordered", { bubbles: true }));
}

let before = null;

async function orderByProtocol(pressed) {
  const list = tools.rows();
  pressed.setAttribute("aria-busy", "true");
  const told = await ask(list);
  pressed.removeAttribute("aria-busy");
  if (!told) {
    tools.say(trouble);
    return;
  }
  before = list;
  const ranks = new Map(list.map((row, index) => [row, told[index].rank]));
  put([...list].sort((a, b) => ranks.get(a) - ranks.get(b)));
  finder.querySelector("[data-undo-order]").hidden = false;
  tools.say(pressed.dataset.done);
}

function orderFromBefore(pressed) {
  // Lines that were added since stay at the end.
  put([...before, ...tools.rows().filter((row) => !before.includes(row))]);
  before = null;
  pressed.hidden = true;
  finder.querySelector("[data-by-protocol]").focus();
  tools.say(pressed.dataset.done);
}

if (tools) {
  document.addEventListener("suggest:chosen", (event) => {
    if (group.contains(event.target)) soon();
  });
  group.addEventListener("register:filled", soon);
  group.addEventListener("change", (event) => {
    if (/-(office_as_printed|name|subject)$/.test(event.target.name || "")) soon();
  });
  day()?.addEventListener("change", soon);
  group.addEventListener("rows:changed", drawOrder);
  drawOrder();
  // What stands there was right when it was saved, or comes back with an error elsewhere.
  if (tools.rows().some((row) => tools.part(row, "chosen")?.value.includes(":") && office(row)?.value)) look();
  finder.addEventListener("click", (event) => {
    const pressed = event.target.closest("button");
    if (!pressed) return;
    if ("byProtocol" in pressed.dataset) orderByProtocol(pressed);
    else if ("undoOrder" in pressed.dataset) orderFromBefore(pressed);
    else if ("followAll" in pressed.dataset) {
      for (const row of tools.rows()) if (row.held?.length === 1 && wasFilled(row)) print(row, row.held[0]);
      pressed.closest("[data-follow]").hidden = true;
    }
  });
}
