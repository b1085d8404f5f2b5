// Small comforts. Every page is whole without them.

const language = document.documentElement.lang;
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];

/** "2 jam lalu" for what is younger than two days; older moments keep their printed date. */
function sayHowLongAgo(element) {
  const seconds = (Date.now() - Date.parse(element.dateTime)) / 1000;
  if (!(seconds >= 0 && seconds < 172800)) return;
  const [unit, length] = UNITS.find(([, size]) => seconds >= size) ?? ["minute", 60];
  const words = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const ago = words.format(-Math.floor(seconds / length), unit);
  element.title ||= element.textContent; // comments.js comes by a second time
  // A paper says "2 jam lalu"; the browser's data have the longer "yang lalu".
  element.textContent = ago.replace(" yang lalu", " lalu");
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

document.querySelectorAll("time[data-ago]").forEach(sayHowLongAgo);
if (navigator.clipboard) document.querySelectorAll("a[data-copy]").forEach(copyInstead);

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
