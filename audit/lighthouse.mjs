// Judges addresses with Lighthouse (mobile, simulated throttling), one line of JSON for each.
// Standard input: {chromium, arguments, jobs: [{name, url, runs, skip, headers}]}

import { readFileSync } from "node:fs";
import * as launcher from "chrome-launcher";
import lighthouse from "lighthouse";

const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const { chromium, arguments: flags, jobs } = JSON.parse(readFileSync(0, "utf8"));

for (const job of jobs) {
  const runs = [];
  let error = "";
  // A run that a busy machine has spoilt says nothing about the page.
  for (let tries = job.runs + 2; tries && runs.length < job.runs; tries--) {
    const { run, why } = await once(job);
    if (run) runs.push(run);
    else error = why;
  }
  console.log(JSON.stringify({ name: job.name, runs, error: runs.length ? "" : error }));
}

async function once({ url, skip, headers }) {
  const chrome = await launcher.launch({ chromePath: chromium, chromeFlags: flags });
  try {
    const { lhr } = await lighthouse(url, {
      port: chrome.port,
      logLevel: "silent",
      output: "json",
      onlyCategories: CATEGORIES,
      skipAudits: skip,
      ignoreStatusCode: true,
      extraHeaders: headers,
    });
    const scores = CATEGORIES.map((name) => lhr.categories[name]?.score ?? null);
    if (lhr.runtimeError || scores.includes(null)) {
      return { why: lhr.runtimeError?.message ?? lhr.runWarnings.join(" ") };
    }
    return { run: summed(lhr) };
  } catch (error) {
    return { why: String(error.message ?? error) };
  } finally {
    await chrome.kill();
  }
}

function summed(lhr) {
  const failed = [];
  for (const category of CATEGORIES.slice(1)) {
    for (const { id, weight } of lhr.categories[category].auditRefs) {
      const { title, score, scoreDisplayMode, details } = lhr.audits[id];
      if (!weight || score === null || score >= 1 || scoreDisplayMode === "informative") continue;
      failed.push({ category, id, title, where: (details?.items ?? []).slice(0, 3).map(place) });
    }
  }
  const value = (id) => lhr.audits[id]?.numericValue ?? null;
  return {
    scores: Object.fromEntries(
      CATEGORIES.map((name) => [name, Math.round(lhr.categories[name].score * 100)]),
    ),
    largest_paint: value("largest-contentful-paint"),
    first_paint: value("first-contentful-paint"),
    blocking: value("total-blocking-time"),
    speed_index: value("speed-index"),
    shift: value("cumulative-layout-shift"),
    response: value("server-response-time"),
    bytes: value("total-byte-weight"),
    benchmark: lhr.environment.benchmarkIndex,
    shifted: (lhr.audits["layout-shifts"]?.details?.items ?? []).map(place),
    failed,
  };
}

function place(item) {
  return item.node?.snippet ?? item.source?.url ?? item.description ?? item.url ?? "";
}
