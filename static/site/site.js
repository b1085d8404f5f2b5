// Small comforts. Every page is whole without them.

// How large somebody wants to read, kept on this device alone. First of all, so that the page moves as little as possible.
const sizes = document.querySelector("[data-text-sizes]");

function setSize(size) {
  document.documentElement.dataset.textSize = size;
  for (const button of sizes.children) button.setAttribute("aria-pressed", button.value === size);
}

if (sizes) {
  let kept = "";
  try {
    kept = localStorage.getItem("text-size") ?? "";
  } catch {
    // Storage may be forbidden: then it is for this page.
  }
  setSize(kept);
  sizes.dataset.textSizes = "ready";
  sizes.addEventListener("click", ({ target }) => {
    if (!("value" in target)) return;
    setSize(target.value);
    try {
      localStorage.setItem("text-size", target.value);
    } catch {
      // As above.
    }
  });
}

const language = document.documentElement.lang;
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];

function ago(moment) {
  const seconds = (Date.now() - Date.parse(moment)) / 1000;
  if (!(seconds >= 0 && seconds < 172800)) return "";
  const [unit, length] = UNITS.find(([, size]) => seconds >= size) ?? ["minute", 60];
  const words = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  // A paper says "2 jam lalu"; the browser's data have the longer "yang lalu".
  return words.format(-Math.floor(seconds / length), unit).replace(" yang lalu", " lalu");
}

/**
 * "2 jam lalu" for what is younger than two days; older moments keep their printed date, and so does one that moves what
 * stands behind or below it when it gets shorter.
 */
function sayHowLongAgo(elements) {
  const taken = ({ element }) =>
    `${element.closest("p, li, div").offsetHeight} ${(element.nextElementSibling ?? element.parentNode.nextElementSibling)?.offsetLeft}`;
  const young = [...elements].map((element) => ({ element, printed: element.textContent, words: ago(element.dateTime) })).filter(({ words }) => words);
  // All are measured, then all are changed: the browser reckons twice, not once for each.
  const before = young.map(taken);
  young.forEach(({ element, words }) => (element.textContent = words));
  const isMoved = young.map((one, place) => taken(one) !== before[place]);
  young.forEach(({ element, printed }, place) => {
    if (isMoved[place]) element.textContent = printed;
    else element.title ||= printed; // comments.js comes by a second time
  });
}

/** The link leads to the page itself; with a clipboard it copies the address instead. */
function copyInstead(link) {
  const label = link.textContent;
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    await navigator.clipboard.writeText(link.href);
    link.textContent = link.dataset.done;
    setTimeout(() => (link.textContent = label), 2500);
  });
  link.setAttribute("aria-live", "polite");
}

// Browsers leave a link where it is that can be seen in part; who goes by keyboard has to read it.
document.querySelector(".sections")?.addEventListener("focusin", ({ target }) => {
  target.scrollIntoView({ block: "nearest", inline: "nearest" });
});

sayHowLongAgo(document.querySelectorAll("time[data-ago]"));
if (navigator.clipboard) document.querySelectorAll("a[data-copy]").forEach(copyInstead);

// The last stories that were read stay on the device for when there is no line (worker.js).
const worker = document.querySelector("link[data-worker]")?.dataset.worker;
const workers = navigator.serviceWorker;
if (worker && workers) {
  addEventListener("online", () => workers.controller?.postMessage("online"));
  addEventListener("load", async () => {
    const isFirst = !workers.controller;
    await workers.register(worker);
    const { active } = await workers.ready;
    if (isFirst) active.postMessage(performance.getEntriesByType("resource").map((one) => one.name));
  });
}

const talk = document.querySelector("[data-talk]");
const comments = async () => (await import(talk.dataset.script)).begin(talk, { sayHowLongAgo });

/** The link to the comments becomes a button that opens them here; if that fails, it is a link again. */
function openInPlace(link) {
  const body = talk.querySelector("[data-body]");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "talk-button" });
  const show = link.textContent;
  let isLoaded = false;
  const say = (isOpen) => {
    body.hidden = !isOpen;
    button.setAttribute("aria-expanded", isOpen);
    button.textContent = isOpen ? talk.dataset.saysHide : show;
  };
  button.setAttribute("aria-controls", body.id);
  button.addEventListener("click", async () => {
    if (isLoaded) return say(body.hidden);
    button.textContent = talk.dataset.saysLoading;
    // Room for what comes, while the click still explains why the page below moves.
    talk.style.minHeight = `min(100vh, ${talk.offsetHeight}px + ${11 + 6.5 * (+link.dataset.open || 1)}rem)`;
    try {
      await (await comments()).open();
      isLoaded = true;
      say(true);
    } catch {
      button.replaceWith(link, ` ${talk.dataset.saysFailed}`);
      link.focus();
    } finally {
      talk.style.minHeight = "";
    }
  });
  say(false);
  link.replaceWith(button);
}

if (talk) {
  const link = talk.querySelector("[data-open]");
  if (link) openInPlace(link);
  else comments().then((here) => here.here());
}

// Suggestions come with the first touch of the field.
document.querySelectorAll("[data-suggest]").forEach((field) => {
  const begin = async () => (await import(field.dataset.script)).begin(field);
  if (field === document.activeElement) begin();
  else field.addEventListener("focus", begin, { once: true });
});
const live = document.querySelector("[data-live]");
if (live) import(live.dataset.script).then(({ begin }) => begin(live));
