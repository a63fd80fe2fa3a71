// A browser with pages of a site that has a strict policy, and what they send and are refused.

import { chromium } from "playwright-core";

export const { SITE, API } = process.env;
export const token = JSON.parse(process.env.TOKENS);
const WAIT_MS = 60_000;
const pixel = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";

export const image = `<img src="${pixel}" width="50" height="50" alt="">`;

/** The element that loads the script for a user. */
export const script = (user, more = "") =>
  `<script src="${API}/track.js" data-token="${token[user] ?? user}" ${more}></script>`;

/** A post that is 200 pixels high. */
export const post = (id, inside = "", more = "") =>
  `<article data-post-id="${id}" class="post" ${more}><p>Post ${id}</p>${inside}</article>`;

export const button = (action, more = "") =>
  `<button type="button" data-action="${action}" ${more}>${action}</button>`;

/** What the site answers at an address from now on. */
export async function serve(path, body, head = "") {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A site</title>
    <link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css">${head}</head>${body}</html>`;
  await put(path, html);
}

export async function put(path, text) {
  const { ok } = await fetch(SITE + path, { method: "PUT", body: text });
  if (!ok) throw new Error(`the site does not take ${path}`);
}

/** A page of a new browser, in which `steps` are taken; what they return, and what was said. */
export async function visit(steps, options = {}) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"],
    timeout: WAIT_MS,
  });
  try {
    const context = await browser.newContext({ viewport: { width: 800, height: 600 } });
    context.setDefaultTimeout(WAIT_MS);
    const page = await context.newPage();
    const said = listen(context, page);
    if (options.init) await page.addInitScript(options.init);
    const found = await steps(page, context, said);
    return { ...said, ...found };
  } finally {
    await browser.close();
  }
}

/** What pages send to the server, each input once and each as often as it was tried; what is said. */
function listen(context, page) {
  const said = { asked: 0, sent: [], tried: [], warnings: [], errors: [] };
  const known = new Set();
  context.on("request", (request) => {
    if (request.method() !== "POST") return;
    said.asked += 1;
    const { variables } = request.postDataJSON();
    for (const input of variables.inputs ?? []) {
      const target = input.postId ?? input.target.id;
      const told = `${input.undo ? "undo " : ""}${input.action} ${target}`;
      said.tried.push(told);
      if (!known.has(input.eventId)) said.sent.push(told);
      known.add(input.eventId);
    }
  });
  page.on("console", (message) => {
    const list = { warning: said.warnings, error: said.errors }[message.type()];
    list?.push(message.text());
  });
  page.on("pageerror", (error) => said.errors.push(String(error)));
  return said;
}

/** Open a page whose clock stands still, now or ahead, and give it time to ask for states. */
export async function open(page, path, aheadMs = 0) {
  if (!stopped.has(page)) {
    stopped.add(page);
    await page.clock.install({ time: Date.now() + aheadMs });
    await page.clock.pauseAt(Date.now() + aheadMs + 60_000);
  }
  await page.goto(SITE + path);
  await page.clock.runFor(100);
}
const stopped = new WeakSet();

/** Let the page's clock run until nothing waits: of anybody, or in the queues that are named. */
export async function settle(page, named = "") {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    await page.clock.runFor(1000);
    if (!(await queued(page)).some((key) => key.includes(named))) return;
    if (Date.now() > deadline) throw new Error(`these still wait: ${await queued(page)}`);
  }
}

/** Return once the server has so many interactions of a user; meanwhile a page's clock may run. */
export async function recorded(user, number, page) {
  const deadline = Date.now() + WAIT_MS;
  const headers = { Authorization: `Bearer ${token[user]}`, "Content-Type": "application/json" };
  for (;;) {
    const body = JSON.stringify({ documentId: "history" });
    const { data } = await (await fetch(`${API}/graphql`, { method: "POST", headers, body })).json();
    if (data.viewer.interactions.nodes.length >= number) return;
    if (Date.now() > deadline) throw new Error(`not ${number} interactions of ${user}`);
    await page?.clock.runFor(1000);
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** The keys of what waits to be sent. */
export const queued = (page) =>
  page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("trailmark ")));

/** Return once the page's observers know whether half of an element is visible. */
export async function observed(page, selector, isVisible = true) {
  await page.locator(selector).evaluate(
    (element, isVisible) =>
      new Promise((done) => {
        const told = ([{ intersectionRatio }]) => intersectionRatio >= 0.5 === isVisible && done();
        new IntersectionObserver(told, { threshold: [0, 0.5, 1] }).observe(element);
      }),
    isVisible,
  );
}

/** Return once the buttons show these states. */
export async function shows(page, ...states) {
  await page.waitForFunction((states) => {
    const all = [...document.querySelectorAll("[data-action]")];
    return states.join() === all.map((each) => each.getAttribute("aria-pressed")).join();
  }, states);
}

/** Press the button of an action on a post. */
export const press = (page, action, id) =>
  page.click(`[data-post-id="${id}"] [data-action="${action}"]`);

/** Call one of the four functions that the script leaves to the page. */
export const call = (page, name, value) =>
  page.evaluate(([name, value]) => window.trailmark[name](value), [name, value]);

/** Cut the page off from the server alone, or connect it again. */
export const cutOff = (page) => page.route("**/graphql", (route) => route.abort());
export const connect = (page) => page.unroute("**/graphql");

/** Run the scenario that is named on the command line, and print what it found. */
export async function run(scenarios) {
  const found = await scenarios[process.argv[2]]();
  console.log(JSON.stringify(found ?? {}));
}
