// What stands in the slots of a page: asks for the candidates, draws, shows, and tells what was seen.
// The pages are the same for everybody; who is shown what is decided here and remembered nowhere else.

// ---- The draw. The same arithmetic in the same order as ads/selection.py; a test compares both bit by bit.

const total = (numbers) => numbers.reduce((sum, number) => sum + number, 0);

/** Lay candidates {f: flight, k: kind, p: part, r: priority} out over [0, 1) in half-open pieces. */
export function intervals(candidates) {
  const of = (kind) => candidates.filter((one) => one.k === kind);
  const [standard, house] = [of("standard"), of("house")];
  const laid = [];
  let low = 0;
  const lay = (one, part) => {
    const high = Math.min(1, low + part);
    laid.push({ f: one.f, low, high });
    low = high;
  };
  for (const one of of("sponsorship")) lay(one, one.p);
  const parts = standardParts(standard, 1 - low, !house.length);
  for (const one of standard) lay(one, parts.get(one.f));
  const weight = total(house.map((one) => one.p));
  const room = 1 - low;
  for (const one of house) lay(one, weight ? room * (one.p / weight) : 0);
  return laid;
}

function standardParts(standard, room, isStretched) {
  const parts = new Map();
  let left = room;
  for (const priority of [...new Set(standard.map((one) => one.r))].sort((a, b) => a - b)) {
    const alike = standard.filter((one) => one.r === priority);
    const wanted = total(alike.map((one) => one.p));
    const scale = wanted <= left ? 1 : left / wanted;
    for (const one of alike) parts.set(one.f, one.p * scale);
    left = Math.max(0, left - wanted * scale);
  }
  const given = total(standard.map((one) => parts.get(one.f)));
  if (isStretched && given > 0) for (const one of standard) parts.set(one.f, parts.get(one.f) * (room / given));
  return parts;
}

/** [flight, where in its piece] for a number in [0, 1); null where it is free. */
export function draw(laid, number) {
  const piece = laid.find((one) => one.low <= number && number < one.high);
  return piece ? [piece.f, Math.min((number - piece.low) / (piece.high - piece.low), 1 - 2 ** -53)] : null;
}

export const choose = (creatives, where) => creatives[Math.floor(where * creatives.length)];

/** The first of the browser's rules that keeps a flight out; undefined when it takes part. */
export function excludedBy(flight, page, device, fitting, seen) {
  const meet = (mine = [], theirs = []) => mine.some((id) => theirs.includes(id));
  if (flight.d && flight.d !== device) return "device";
  if (!fitting) return "size";
  if (flight.tags && !meet(flight.tags, page.tags)) return "tag";
  if (flight.at && !meet(flight.at, page.at)) return "place";
  if (flight.held && page.tragedy) return "tragedy";
  const isLinked = page.protected ? flight.people || flight.orgs : meet(flight.people, page.people) || meet(flight.orgs, page.orgs);
  if (isLinked) return "linked";
  if (flight.cap && seen >= flight.cap) return "capped";
}

// ---- What the browser keeps: how often each creative was seen today, and what nobody has acknowledged yet.

const DAY = 24 * 3600e3;
const TELLABLE = 2 * 3600e3; // ads/tokens.py: later it would not be counted

function read(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? otherwise;
  } catch {
    return otherwise; // blocked, or not ours
  }
}

function write(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {} // blocked or full: then without
}

const today = () => new Date().toLocaleDateString("sv");
const seenToday = () => {
  const kept = read("sela-seen", {});
  return kept.day === today() ? kept.seen : {};
};
function countSeen(creative) {
  const seen = seenToday();
  write("sela-seen", { day: today(), seen: { ...seen, [creative]: (seen[creative] ?? 0) + 1 } });
}

const outbox = () => read("sela-out", []).filter(([, , at]) => Math.abs(Date.now() - at) < TELLABLE);
const keep = (path, body) => write("sela-out", [...outbox(), [path, body, Date.now()]].slice(-50));
const forget = (body) => write("sela-out", outbox().filter((one) => one[1] !== body));

const answered = new Map(); // what to do with the answer, by what was sent

/** Send; what was not acknowledged is sent again, which the server counts once. */
async function send(path, body, isAgain) {
  try {
    const response = await fetch(isAgain ? `${path}?lagi` : path, { method: "POST", body, keepalive: true });
    if (response.status >= 500 || response.status === 429) return;
    forget(body);
    if (response.status === 200) answered.get(body)?.(await response.json());
    answered.delete(body);
  } catch {} // no connection: it stays in the outbox
}

function sendAgain(age = 0) {
  for (const [path, body, at] of outbox()) if (Date.now() - at >= age) send(path, body, true);
}

// ---- The page

const page = JSON.parse(document.getElementById("sela-page")?.textContent ?? "null");
const WIDE = matchMedia("(min-width: 48rem)"); // the lines of sela.css
const BESIDE = matchMedia("(min-width: 80rem)");
const GOOD_FOR = 26e3; // ads/rotation.py: after 30 s a stopped flight is on no page
const GOLDEN = (5 ** 0.5 - 1) / 2;
// "#sela=33": who takes a picture of a page for an advertiser sees that creative, if it is among the candidates
// here and now; such a page counts for nothing. Where a creative stands, its slot says so.
const WANTED = +(location.hash.match(/^#sela=(\d+)$/)?.[1] ?? 0);

let slots = [];
let visit, list, skew, askAt, due, quiet;
let queue = [];

const device = () => (WIDE.matches ? "desktop" : "phone");
const now = () => Date.now() + skew;

/** "320x100", or undefined when the slot does not stand on this screen. Whether it is hidden is another matter. */
function sizeOf(element) {
  if (element.classList.contains("sela-side") && !BESIDE.matches) return;
  return element.className.match(WIDE.matches ? /sela-d-(\d+x\d+)/ : /sela-p-(\d+x\d+)/)?.[1];
}

function chance() {
  const [a, b] = crypto.getRandomValues(new Uint32Array(2));
  return ((a >>> 5) * 2 ** 26 + (b >>> 6)) / 2 ** 53;
}

function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID(); // not on pages without TLS
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Fetch the candidates; false when they cannot be had. */
async function ask(cache) {
  askAt = Date.now() + GOOD_FOR;
  try {
    const response = await fetch(`/s/${page.key}`, { credentials: "omit", cache });
    if (!response.ok) return false;
    list = await response.json();
    // A list may have been kept for half a minute; what is further off is a wrong clock.
    const off = list.t * 1e3 - Date.now();
    skew = Math.abs(off) > 35e3 ? off : 0;
    // Counted from when the database was read for it. A list that is old already was kept by somebody between us and
    // the server, or the server cannot read anew; so the next question goes to the server itself, and soon just once.
    const left = list.r * 1e3 - skew + GOOD_FOR - Date.now();
    askAt = Date.now() + (left > 0 ? left : cache === "default" ? 500 : GOOD_FOR);
    return true;
  } catch {
    return false;
  }
}

/** A page view: everything is drawn anew. */
async function begin() {
  const own = (visit = uuid());
  const first = chance();
  list = undefined;
  slots.forEach((slot, index) => Object.assign(clear(slot), { number: (first + index * GOLDEN) % 1 }));
  await ask("default");
  if (own !== visit) return;
  // Without candidates our own line stands there, and nothing was drawn.
  if (list) arrive(slots.filter(fill));
  else slots.forEach(showOwn);
  slots.forEach(judge);
  sendAgain(10e3);
  watch();
}

/** Draw for a slot and show it; false when it does not stand on this screen. */
function fill(slot) {
  slot.size = sizeOf(slot.element);
  const place = list.places[slot.key];
  showOwn(slot);
  if (!slot.size || !place) return false;
  const seen = seenToday();
  const able = new Map();
  const running = place.flights.filter((one) => {
    const flight = list.flights[one.f];
    const fitting = one.c.filter(([id]) => fits(list.creatives[id], slot.size));
    const least = Math.min(...fitting.map(([id]) => seen[id] ?? 0));
    able.set(one.f, fitting.filter(([id]) => !flight.cap || (seen[id] ?? 0) < flight.cap));
    return !isOver(flight.until) && !excludedBy(flight, page, device(), fitting.length, least);
  });
  // A sponsor has bought a share of this slot, whatever stands in the others. Nobody else comes twice,
  // unless the slot would stay free.
  const others = slots.filter((other) => other !== slot);
  const fresh = running.filter((one) => one.k === "sponsorship" || !others.some((other) => other.flight === one.f));
  const wanted = running.find((one) => WANTED && able.get(one.f).some(([id]) => id === WANTED));
  const hit = wanted ? [wanted.f, 0] : (draw(intervals(fresh), slot.number) ?? draw(intervals(running), slot.number));
  if (!hit) {
    Object.assign(slot, { drawn: [place.id, 0, place.free], isShown: true });
    return true;
  }
  const [flight, where] = hit;
  const unseen = able.get(flight).filter(([id]) => !others.some((other) => other.drawn?.[1] === id));
  const [creative, mark] =
    able.get(flight).find(([id]) => id === WANTED) ?? choose(unseen.length ? unseen : able.get(flight), where);
  Object.assign(slot, { flight, until: list.flights[flight].until, drawn: [place.id, creative, mark] });
  show(slot, list.creatives[creative]);
  const left = slot.until * 1e3 - now();
  if (left < DAY) slot.end = setTimeout(end, left);
  return true;
}

const fits = (creative, size) => (creative.i ? size in creative.i : !!creative.h);
const isOver = (until) => until && until * 1e3 <= now();

/** Tell the page view and what was drawn; the answer has a token for each. */
function arrive(drawn, isAgain) {
  if (WANTED) return;
  const { t, m } = list;
  const body = JSON.stringify({
    ...{ visit, page: page.token, t, m, device: device(), drawn: drawn.map((slot) => slot.drawn) },
    ...(isAgain && { again: true }),
  });
  const marks = drawn.map((slot) => slot.drawn);
  answered.set(body, ({ shown }) =>
    drawn.forEach((slot, index) => {
      // Something else may stand there by now.
      if (slot.drawn !== marks[index] || !shown[index]) return;
      slot.token = shown[index];
      const link = slot.space.querySelector(".sela-link");
      if (link) link.search = `?t=${slot.token}`;
      for (const kind of slot.told) tell(slot.token, kind);
    }),
  );
  keep("/s/tiba", body);
  send("/s/tiba", body);
}

// ---- Showing

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function clear(slot) {
  clearTimeout(slot.second);
  clearTimeout(slot.end);
  return Object.assign(slot, { flight: 0, until: 0, drawn: undefined, token: "", told: new Set(), isShown: false, second: 0 });
}

function show(slot, creative) {
  const link = element("a", {
    ...{ className: "sela-link", href: `/s/ke/${slot.drawn[1]}`, target: "_blank" },
    ...{ rel: "sponsored noopener", referrerPolicy: "origin" },
  });
  if (creative.i) {
    const [width, height] = slot.size.split("x");
    const { drawn } = slot;
    const when = (then) => () => slot.drawn === drawn && then(slot);
    const onload = when(() => {
      isNow(slot);
      judge(slot);
    });
    // Not loaded, so not shown: our own line, and nothing more is told of it.
    link.append(element("img", { alt: creative.a ?? "", width, height, decoding: "async", onload, onerror: when(showOwn) }));
    link.firstChild.src = creative.i[slot.size][0];
  } else {
    link.classList.add("sela-words");
    link.append(element("strong", {}, creative.h));
    if (creative.x) link.append(" ", element("span", {}, creative.x));
    isNow(slot);
  }
  slot.space.replaceChildren(link);
}

function isNow(slot) {
  slot.isShown = true;
  slot.element.dataset.selaShown = slot.drawn[1];
}

function showOwn(slot) {
  const [words, href] = page.free;
  delete slot.element.dataset.selaShown;
  slot.space.replaceChildren(element("p", { className: "sela-own" }, element("a", { href }, words)));
}

// ---- Seeing

const needed = (slot) => {
  const [width, height] = slot.size.split("x");
  return width * height > 242000 ? 0.3 : 0.5; // ads/sizes.py
};

/** Whether what stands there can be seen at all: a blocker's rule may hide it, or all around it. */
function isVisible({ space }) {
  const shown = space.querySelector("img") ?? space.querySelector("a");
  if (!shown?.offsetWidth || !shown.offsetHeight) return false;
  return shown.checkVisibility?.({ checkOpacity: true, checkVisibilityCSS: true }) ?? getComputedStyle(shown).visibility === "visible";
}

/** A slot that a browser can observe is measured; half of it for a second, in a page that has the focus, is a view. */
function judge(slot) {
  const isMeasured = slot.isShown && slot.ratio !== undefined && isVisible(slot);
  if (isMeasured) note(slot, "m");
  if (isMeasured && slot.ratio >= needed(slot) && !document.hidden && document.hasFocus()) {
    slot.second ||= setTimeout(() => {
      if (isVisible(slot)) note(slot, "v");
    }, 1000);
  } else {
    clearTimeout(slot.second);
    slot.second = 0;
  }
}

function note(slot, kind) {
  if (slot.told.has(kind)) return;
  slot.told.add(kind);
  if (kind === "v" && slot.drawn[1]) countSeen(slot.drawn[1]);
  if (slot.token) tell(slot.token, kind);
}

function tell(token, kind) {
  queue.push([token, kind]);
  clearTimeout(quiet);
  quiet = setTimeout(flush, 1000);
}

function flush(isLeaving) {
  if (!queue.length) return;
  const body = JSON.stringify({ told: queue });
  queue = [];
  keep("/s/lihat", body);
  if (isLeaving !== true || !navigator.sendBeacon?.("/s/lihat", body)) send("/s/lihat", body);
}

// ---- A page that stays open

/** While a slot is on screen its candidates are asked for again when they are old. */
function watch() {
  clearTimeout(due);
  if (document.hidden || !slots.some((slot) => slot.ratio > 0)) return;
  due = setTimeout(renew, askAt - Date.now());
}

async function renew() {
  const own = visit;
  const isNew = await ask("no-cache");
  if (own === visit && isNew) refill((slot) => !slot.drawn || (slot.flight && !isListed(slot)));
  watch();
}

const isListed = (slot) => list.places[slot.key]?.flights.some((one) => one.f === slot.flight && one.c.some(([id]) => id === slot.drawn[1]));

/** Draw anew where `which` says so. */
function refill(which) {
  const changed = slots.filter(which);
  for (const slot of changed) {
    clear(slot).number = chance();
  }
  const drawn = changed.filter(fill);
  if (drawn.length) arrive(drawn, true);
  drawn.forEach(judge);
}

/** A flight's time is over: it goes at once, and what is drawn instead comes from a new list. */
function end() {
  const over = slots.filter((slot) => isOver(slot.until));
  for (const slot of over) showOwn(clear(slot));
  if (over.length) renew();
}

function isTurned() {
  if (list && !matchMedia("print").matches) refill((slot) => slot.size !== sizeOf(slot.element));
}

function start() {
  // Loaded ahead, or behind another page: until somebody looks at it, nothing is shown or counted.
  if (visit || document.prerendering || document.hidden) return;
  slots = [...document.querySelectorAll("[data-sela]")].map((element) =>
    clear({ element, key: element.dataset.sela, space: element.querySelector(".sela-space") }),
  );
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        const slot = slots.find((one) => one.space === entry.target);
        slot.ratio = entry.isIntersecting ? entry.intersectionRatio : 0;
        judge(slot);
      }
      watch();
    },
    { threshold: [0, 0.3, 0.5] },
  );
  for (const slot of slots) observer.observe(slot.space);
  const look = () => slots.forEach(judge);
  for (const name of ["focus", "blur"]) addEventListener(name, look);
  for (const line of [WIDE, BESIDE]) line.addEventListener("change", isTurned);
  document.addEventListener("visibilitychange", () => {
    look();
    if (document.hidden) flush();
    else end();
    watch();
  });
  addEventListener("pagehide", () => flush(true));
  // Back from the browser's memory: another page view, so another draw.
  addEventListener("pageshow", (event) => event.persisted && begin());
  addEventListener("online", () => sendAgain());
  begin();
}

if (page) {
  document.addEventListener("prerenderingchange", start);
  document.addEventListener("visibilitychange", start);
  start();
}
