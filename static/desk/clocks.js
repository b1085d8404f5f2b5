// Reads a chosen time on the clock of its place and on the publication's, while somebody is choosing.
// The server says the same without script ("Read it on both clocks"), and again after it was chosen.

const language = document.documentElement.lang || "id";

/** The instant at which the clocks of `zone` show `wall` ("2026-12-31T17:00"); null for no time. */
function instantOf(wall, zone) {
  const asUtc = Date.parse(`${wall}Z`);
  if (Number.isNaN(asUtc)) return null;
  // Twice: the offset of the first guess may be that of the other side of a change of the clocks.
  const first = asUtc - offsetOf(zone, asUtc);
  return asUtc - offsetOf(zone, first);
}

/** Milliseconds that the clocks of `zone` are ahead of UTC at an instant. */
function offsetOf(zone, instant) {
  const parts = { timeZone: zone, hourCycle: "h23", era: "short", year: "numeric", month: "numeric" };
  const more = { day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" };
  const shown = {};
  for (const part of new Intl.DateTimeFormat("en-US", { ...parts, ...more }).formatToParts(instant)) {
    shown[part.type] = Number(part.value);
  }
  const { year, month, day, hour, minute, second } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000;
}

/** "Kamis 31 Desember 2026, 17.00 WIT", as the server writes it. */
function said(instant, zone, label) {
  const text = (options) => new Intl.DateTimeFormat(language, { timeZone: zone, ...options }).format(instant);
  const part = (options, type) =>
    new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", ...options })
      .formatToParts(instant)
      .find((one) => one.type === type).value;
  const day = [
    text({ weekday: "long" }),
    part({ day: "numeric" }, "day"),
    text({ month: "long" }),
    part({ year: "numeric" }, "year"),
  ].join(" ");
  const hour = part({ hour: "2-digit" }, "hour");
  const minute = part({ minute: "2-digit" }, "minute").padStart(2, "0");
  return `${day}, ${hour}.${minute} ${label}`;
}

function follow(field) {
  const { zone, zoneLabel, home, homeLabel, reading } = field.dataset;
  const output = document.createElement("p");
  output.className = "clocks-reading";
  output.setAttribute("role", "status");
  field.after(output);
  const read = () => {
    const instant = instantOf(field.value, zone);
    const words = { there: zone && [zone, zoneLabel], home: [home, homeLabel] };
    if (instant === null) return output.replaceChildren();
    const told = reading.replace(/%\((there|home)\)s/g, (_all, which) => said(instant, ...words[which]));
    // The minute that runs is not over.
    const isPast = instant < Date.now() - 60_000;
    output.textContent = isPast ? `${told} ${field.dataset.passed}` : told;
    return output.classList.toggle("is-past", isPast);
  };
  field.addEventListener("input", read);
  read();
}

for (const field of document.querySelectorAll("input[data-reading]")) follow(field);
for (const button of document.querySelectorAll("[data-look]")) button.remove();
