// Live coverage on an open page: asks now and then what has happened since, and says so. Loaded on such pages alone.
//
// What was changed or withdrawn is replaced where it stands; what is new waits until the reader taps, so nothing that
// is being read moves. After the end nothing is asked any more.

const EVERY = 20_000;
// Readers who came together must not ask together.
const SPREAD = 0.4;
const LONGEST = 300_000;
const PATIENCE = 15_000;

const spread = (wait) => wait * (1 - SPREAD / 2 + Math.random() * SPREAD);

/** Do what changes the page above the reader, and keep what is being read where it is. */
function still(act) {
  const read = document.elementFromPoint(innerWidth / 2, innerHeight / 3)?.closest("li, p, section, article");
  const before = read?.getBoundingClientRect().top;
  const style = document.documentElement.style;
  // The browser's own care for this would count twice.
  style.overflowAnchor = "none";
  act();
  if (read?.isConnected) scrollBy({ top: read.getBoundingClientRect().top - before, behavior: "instant" });
  style.overflowAnchor = "";
}

function made(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.querySelector("li");
}

class Coverage {
  constructor(section) {
    const part = (name) => section.querySelector(`[data-live-${name}]`);
    Object.assign(this, { section, says: section.dataset, list: part("entries"), news: part("news"), state: part("state"), pinned: part("pinned") });
    this.position = Number(section.dataset.position);
    this.last = Number(section.dataset.last);
    this.isOldestFirst = "oldestFirst" in section.dataset;
    // Not all of the newest stand here: new ones are read on the first page.
    this.isElsewhere = "further" in section.dataset || (this.isOldestFirst && "isCut" in section.dataset);
    this.waiting = new Map();
    this.failures = 0;
  }

  start() {
    document.addEventListener("visibilitychange", () => document.hidden || this.plan(1_000));
    addEventListener("online", () => this.plan(1_000));
    this.section.addEventListener("click", (event) => this.stay(event));
    this.section.dataset.live = "listens";
    this.plan();
  }

  /** Links to an entry that is on this page lead to it at once. */
  stay(event) {
    const link = event.target.closest?.("a[href*='#entri-']");
    const entry = link && document.getElementById(link.hash.slice(1));
    if (!entry || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    history.replaceState(null, "", link.href);
    entry.tabIndex = -1;
    entry.focus();
    entry.scrollIntoView({ block: "start" });
  }

  plan(wait = EVERY * 2 ** this.failures) {
    clearTimeout(this.next);
    if (!this.isOver) this.next = setTimeout(() => this.ask(), spread(Math.min(wait, LONGEST)));
  }

  async ask() {
    // Coming back, or the line, asks by itself.
    if (document.hidden || !navigator.onLine) return;
    if (this.isAsking) return;
    this.isAsking = true;
    try {
      const answer = await fetch(`${this.says.address}?sesudah=${this.position}`, { signal: AbortSignal.timeout?.(PATIENCE), credentials: "omit" });
      if (answer.status === 404 || answer.status === 410) this.end();
      else if (!answer.ok) throw new Error(answer.status);
      else this.hear(await answer.json());
      this.failures = 0;
    } catch {
      this.failures = Math.min(this.failures + 1, 6);
    }
    this.isAsking = false;
    this.plan(this.isMore ? 0 : undefined);
  }

  end() {
    this.isOver = true;
    this.say("gone", location.pathname);
  }

  hear(told) {
    this.position = told.position;
    this.isMore = told.isMore;
    if (!told.entries) return;
    let isChanged = false;
    still(() => {
      for (const { number, html } of told.entries) isChanged = this.take(number, made(html)) || isChanged;
      if (this.pinned.innerHTML !== told.pinned) this.pinned.innerHTML = told.pinned;
      if (!told.isRunning) {
        this.state.innerHTML = told.state;
        document.querySelector(".live-way strong")?.remove();
      }
    });
    if (!told.isRunning && !told.isMore) this.isOver = true;
    if (this.waiting.size) this.tell();
    else if (isChanged && !this.news.firstChild) this.announce(this.says.saysChanged);
  }

  /** Replace an entry where it stands, or keep it until it is asked for; whether it was replaced. */
  take(number, entry) {
    const here = document.getElementById(entry.id);
    if (here) {
      here.replaceWith(entry);
      return true;
    }
    // What is not here and not new stands on another page.
    if (number > this.last) this.waiting.set(number, entry);
    return false;
  }

  announce(text) {
    this.spoken ||= this.section.appendChild(Object.assign(document.createElement("p"), { className: "live-spoken", role: "status" }));
    this.spoken.textContent = "";
    setTimeout(() => (this.spoken.textContent = text), 60);
  }

  tell() {
    if (this.isElsewhere) return this.say("elsewhere", "?#langsung");
    const number = this.waiting.size;
    const text = number === 1 ? this.says.saysOne : this.says.saysMany.replace("NUMBER", number);
    let button = this.news.querySelector("button");
    if (!button) {
      button = Object.assign(document.createElement("button"), { type: "button" });
      button.addEventListener("click", () => this.show());
      still(() => this.news.replaceChildren(button));
    }
    if (button.textContent !== text) button.textContent = text;
    return undefined;
  }

  say(what, address) {
    const text = this.says[`says${what[0].toUpperCase()}${what.slice(1)}`];
    if (this.news.textContent === text) return;
    const link = Object.assign(document.createElement("a"), { href: address, textContent: text });
    still(() => this.news.replaceChildren(link));
  }

  /** The reader has asked for them: each goes where its time puts it, and the first of them is shown. */
  show() {
    const fresh = [...this.waiting.values()];
    this.last = Math.max(this.last, ...this.waiting.keys());
    this.waiting.clear();
    this.news.replaceChildren();
    this.list.querySelector("[data-live-none]")?.remove();
    still(() => fresh.forEach((entry) => this.insert(entry)));
    const rows = [...this.list.children].filter((row) => fresh.includes(row));
    fresh.forEach((entry) => entry.classList.add("is-new"));
    if (!rows.length) return;
    rows[0].tabIndex = -1;
    rows[0].focus({ preventScroll: true });
    rows[0].scrollIntoView({ block: "nearest" });
  }

  insert(entry) {
    const sign = this.isOldestFirst ? 1 : -1;
    const value = (row) => [Date.parse(row.dataset.at), Number(row.dataset.number)];
    const [at, number] = value(entry);
    const next = [...this.list.children].find((row) => {
      const [otherAt, otherNumber] = value(row);
      return sign * (otherAt - at || otherNumber - number) > 0;
    });
    this.list.insertBefore(entry, next ?? null);
  }
}

export function begin(section) {
  new Coverage(section).start();
}
