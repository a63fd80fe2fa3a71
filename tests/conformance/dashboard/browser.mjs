// A real browser for the checks of the dashboard: what it saw, and what else happens meanwhile.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { chromium } from "playwright-core";

export const PATIENCE_MS = 60_000;
export const SIZES = { wide: { width: 1280, height: 900 }, narrow: { width: 390, height: 844 } };
/** What a page is to fit in that is enlarged four times. */
export const LEAST_WIDTH = 320;

/** The script that finds what shuts people out; to be evaluated in a page. */
export const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"];

/** Run a check with a browser, and print what it found as JSON. */
export async function checking(check) {
  const executablePath = process.env.CHROMIUM;
  const browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  try {
    console.log(JSON.stringify(await check(browser)));
  } finally {
    await browser.close();
  }
}

/** A new page, and what went wrong in it or left its server so far. */
export async function opened(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: SIZES.wide, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const seen = { wrong: [], foreign: [], bodies: [] };
  page.on("console", (said) => {
    if (["error", "warning"].includes(said.type())) seen.wrong.push(said.text());
  });
  page.on("pageerror", (error) => seen.wrong.push(error.message));
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) seen.foreign.push(request.url());
  });
  page.on("response", (response) => {
    if (response.request().method() === "GET") seen.bodies.push(response.body().catch(() => Buffer.alloc(0)));
  });
  await page.addInitScript(() => {
    globalThis.shifts = [];
    const note = (list) => {
      for (const { value, hadRecentInput, sources } of list.getEntries()) {
        if (hadRecentInput) continue;
        globalThis.shifts.push({ value, what: sources.map(({ node }) => node?.outerHTML ?? node?.nodeValue) });
      }
    };
    new PerformanceObserver(note).observe({ type: "layout-shift", buffered: true });
  });
  return { context, page, seen };
}

/** The data of an operation. */
export async function ask(url, query, variables = {}, key = "") {
  const headers = { "Content-Type": "application/json", ...(key && { Authorization: `Bearer ${key}` }) };
  const answer = await fetch(`${url}/graphql`, {
    method: "POST",
    headers,
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await answer.json();
  if (errors) throw new Error(errors[0].message);
  return data;
}

const RECORD = `mutation ($inputs: [RecordInteractionInput!]!) {
  recordInteractions(inputs: $inputs) { recorded results { interaction { userAlias } errors { message } } }
}`;

/** Record inputs; the aliases of their users. */
export async function record(url, inputs, key = "") {
  const { recordInteractions: done } = await ask(url, RECORD, { inputs }, key);
  const refused = done.results.flatMap((result) => result.errors);
  if (refused.length) throw new Error(refused[0].message);
  return done.results.map((result) => result.interaction?.userAlias);
}

/** So many inputs that differ from the ones before: every kind of row, and rankings that change. */
export function traffic(begin, count) {
  return Array.from({ length: count }, (_, place) => {
    const number = begin + place;
    const userId = `user-${(number * 7) % 23}`;
    if (number % 11 === 0) return { userId, action: "SEARCH", target: { kind: "QUERY", id: `ferns ${number}` } };
    if (number % 7 === 0) return { userId, action: "PROFILE_VISIT", target: { kind: "PROFILE", id: `user-${number % 5}` } };
    const action = ["VIEW", "CLICK", "FAVORITE", "REPLY", "HIDE", "BOOKMARK", "MORE_LIKE_THIS"][number % 6];
    return { userId, action, postId: `post-${(number * number) % 17}`, context: { source: "home" } };
  });
}

/** Wait until an expression in the page is true; how long that took. */
export async function until(page, expression, argument) {
  const begun = performance.now();
  await page.waitForFunction(expression, argument, { timeout: PATIENCE_MS, polling: 50 });
  return performance.now() - begun;
}

export function drawn(page) {
  return until(page, () => document.querySelectorAll(".event time").length > 0);
}
