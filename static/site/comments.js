// The comments of a story in place: opening, more of them, the form, drafts. Loaded when asked for;
// every link and form that it takes over also works without it.

const FORM_MS = 3000;

/** The message of a section in the page's language: says(section, "failed"). */
const says = (section, what) => section.dataset[`says${what[0].toUpperCase()}${what.slice(1)}`];

/** Tell everybody, those too who do not see the page. */
function announce(section, text) {
  const region = section.querySelector("[data-spoken]");
  if (!region) return;
  region.textContent = "";
  setTimeout(() => (region.textContent = text), 60);
}

async function fetchPiece(address, options = {}) {
  const response = await fetch(address, { headers: { "X-Fragment": "1" }, ...options });
  const isHtml = (response.headers.get("content-type") || "").startsWith("text/html");
  // What was refused comes back as a form with its reason; a fault of the server does not.
  if (!isHtml || (!response.ok && !(options.method && response.status < 500))) throw new Error(response.status);
  const template = document.createElement("template");
  template.innerHTML = await response.text();
  return template.content;
}

const styles = new Map();
/** The stylesheet, once; a page that opens without it still reads. */
function loadStyle(address) {
  if (document.querySelector(`link[href="${address}"]`)) return Promise.resolve();
  if (!styles.has(address)) {
    styles.set(address, new Promise((done) => {
      const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: address });
      link.onload = link.onerror = done;
      document.head.append(link);
    }));
  }
  return styles.get(address);
}

/** What went wrong, beside what was tried; the next click follows the link as usual. */
function sayFailed(section, beside, text) {
  let note = beside.nextElementSibling;
  if (!note?.matches("[data-failed]")) {
    note = Object.assign(document.createElement("span"), { className: "talk-failed" });
    note.dataset.failed = "";
    beside.after(note);
  }
  note.textContent = text;
  announce(section, text);
}

function focusOn(element) {
  if (!element) return;
  if (!element.matches("a, button, textarea, [tabindex]")) element.tabIndex = -1;
  element.focus({ preventScroll: false });
}

// Drafts: kept in this browser until the server has taken the text.

const draftKey = (name) => `comment-draft:${name}`;
const keep = {
  read(name) { try { return localStorage.getItem(draftKey(name)) || ""; } catch { return ""; } },
  write(name, text) {
    try {
      if (text.trim()) localStorage.setItem(draftKey(name), text);
      else localStorage.removeItem(draftKey(name));
    } catch { /* a browser that keeps nothing: the text is on the page still */ }
  },
};

/** Fill forms with what was typed last time, and keep what is typed. */
function wireForms(section, root) {
  for (const desk of root.querySelectorAll("[data-draft]")) {
    const text = desk.querySelector("textarea");
    if (!text || text.dataset.wired) continue;
    text.dataset.wired = "1";
    const kept = keep.read(desk.dataset.draft);
    if (kept && !text.value) {
      text.value = kept;
      announce(section, says(section, "kept"));
    } else if (text.value) keep.write(desk.dataset.draft, text.value);
    text.addEventListener("input", () => keep.write(desk.dataset.draft, text.value));
  }
}

export function begin(section, { sayHowLongAgo }) {
  const threads = section.querySelector("[data-threads]");
  const place = section.querySelector("[data-write]");
  let own = null;

  function settle(root) {
    const times = root.querySelectorAll("time[data-ago]");
    sayHowLongAgo(times);
    times.forEach((time) => delete time.dataset.ago);
    wireForms(section, root);
    markOwn();
  }

  /** What one may do with one's own comments, beside those that are on the page. */
  function markOwn() {
    own?.querySelectorAll("[data-of]").forEach((ways) => {
      const word = section.querySelector(`[data-comment="${ways.dataset.of}"]`);
      const target = word?.querySelector(".word-ways");
      if (!target || target.dataset.isOwn) return;
      target.dataset.isOwn = "1";
      target.querySelector("a:last-child")?.remove(); // nobody reports oneself
      target.append(...ways.cloneNode(true).childNodes);
    });
  }

  async function fetchOwn(desk) {
    if (!desk?.dataset.mine) return null;
    try {
      return (await fetchPiece(desk.dataset.mine)).firstElementChild;
    } catch {
      return null; // the page of the account has them too
    }
  }

  // One form after the other: the first answer brings the cookie that the next form's token belongs to.
  let lastForm = Promise.resolve();
  function fetchForm(address) {
    const coming = lastForm.then(() => fetchPiece(address));
    lastForm = coming.catch(() => {});
    return coming;
  }

  async function loadForm(address, target) {
    target.replaceChildren(await fetchForm(address));
    settle(target);
    return target.querySelector("[data-draft]");
  }

  /** The form, and one's own comments with it: nobody asked for them, so they move the page once. */
  async function loadFirstForm() {
    if (!place) return;
    try {
      const piece = await fetchForm(place.dataset.write);
      own = await fetchOwn(piece.querySelector("[data-draft]"));
      place.replaceChildren(piece);
      if (own?.querySelector(".own-word")) place.after(own);
      settle(place);
      if (own) settle(own);
    } catch { /* the link to the form's own page stays */ }
  }

  async function loadMore(link) {
    const line = link.closest(".talk-more");
    const list = line.previousElementSibling;
    const piece = await fetchPiece(link.dataset.more);
    const items = [...piece.querySelector("ol").children];
    const next = [...piece.children].find((child) => child.matches(".talk-more"));
    list.append(...items);
    if (next) line.replaceWith(next);
    else line.remove();
    settle(list);
    announce(section, says(section, "more"));
    focusOn(items[0]?.querySelector(".word"));
  }

  /** Official replies stand above the form, whatever the order of the rest. */
  async function loadThreads(address) {
    const piece = await fetchPiece(address);
    const pinned = piece.querySelector(".talk-pinned");
    pinned?.remove();
    if (pinned && !section.querySelector(".talk-pinned")) {
      place.before(pinned);
      settle(pinned);
    }
    threads.replaceChildren(piece);
    settle(threads);
  }

  async function loadInstead(link) {
    const label = link.textContent;
    await loadThreads(link.dataset.instead);
    announce(section, says(section, "opened"));
    focusOn([...threads.querySelectorAll("[data-instead]")].find((other) => other.textContent === label));
  }

  async function answer(link) {
    const word = link.closest(".word");
    let box = word.querySelector(":scope > .talk-answer");
    if (!box?.querySelector("textarea")) {
      const isNew = !box;
      box ??= Object.assign(document.createElement("div"), { className: "talk-answer" });
      // Its place is made at once: what is below must not move when the form comes.
      if (isNew) word.append(box);
      try {
        await loadForm(link.dataset.answer, box);
      } catch (error) {
        if (isNew) box.remove();
        throw error;
      }
    }
    focusOn(box.querySelector("textarea, a"));
  }

  const takers = [
    ["more", loadMore],
    ["instead", loadInstead],
    ["answer", answer],
    ["again", async (link) => {
      const target = link.closest(".talk-answer") ? section.querySelector("[data-write]") : link.closest("[data-write]");
      const desk = await loadForm(link.dataset.again, target);
      focusOn(desk.querySelector("textarea"));
    }],
  ];

  section.addEventListener("click", async (event) => {
    const link = event.target.closest("a");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const taker = takers.find(([name]) => name in link.dataset);
    if (!taker || link.dataset.hasFailed) return;
    event.preventDefault();
    if (link.getAttribute("aria-busy")) return;
    link.setAttribute("aria-busy", "true");
    try {
      await taker[1](link);
    } catch {
      link.dataset.hasFailed = "1";
      sayFailed(section, link, says(section, "failed"));
    } finally {
      link.removeAttribute("aria-busy");
    }
  });

  section.addEventListener("submit", async (event) => {
    const form = event.target;
    // On the form's own page it goes the ordinary way.
    if (!form.matches("[data-send]") || !threads) return;
    event.preventDefault();
    const button = form.querySelector("[type=submit]");
    if (button.disabled) return;
    button.disabled = true;
    const desk = form.closest("[data-draft]");
    const holder = desk.parentElement;
    try {
      const piece = await fetchPiece(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      const isTaken = piece.querySelector("[data-taken]");
      if (isTaken) keep.write(desk.dataset.draft, "");
      if (!isTaken && !piece.querySelector("textarea")) {
        // One sentence and no form: what was typed stays where it is.
        sayFailed(section, form.querySelector(".talk-buttons"), piece.textContent.trim());
        button.disabled = false;
        return;
      }
      holder.replaceChildren(piece);
      settle(holder);
      const said = holder.querySelector(".own-state, .talk-refusal");
      announce(section, said.textContent);
      focusOn(holder.querySelector("[data-taken], textarea"));
    } catch {
      button.disabled = false;
      sayFailed(section, form.querySelector(".talk-buttons"), says(section, "unsent"));
    }
  });

  // The page that says that a text was taken.
  section.querySelectorAll("[data-taken]").forEach((taken) => {
    if (taken.dataset.taken) keep.write(taken.dataset.taken, "");
  });

  return {
    async open() {
      // The form comes along while nothing is shown yet, if it does not take long.
      const form = Promise.race([loadFirstForm(), new Promise((done) => setTimeout(done, FORM_MS))]);
      await Promise.all([loadStyle(section.dataset.style), loadThreads(section.dataset.list), form]);
      announce(section, says(section, "opened"));
    },
    here() {
      settle(section);
      if (threads) loadFirstForm();
    },
  };
}
