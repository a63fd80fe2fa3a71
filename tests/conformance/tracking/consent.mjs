// Scenarios of those who do not want to be tracked, and of pages that do not.

import {
  button,
  observed,
  open,
  post,
  press,
  run,
  script,
  serve,
  settle,
  visit,
} from "./visiting.mjs";

const body = post("p", button("FAVORITE")) + post("q");

/** A view, a click and a press. */
async function use(page, path) {
  await open(page, path);
  await observed(page, "[data-post-id=q]");
  await page.clock.runFor(1000);
  await page.click("[data-post-id=q]");
  await press(page, "FAVORITE", "p");
  await settle(page);
}

/** The same with a browser that says a signal. */
async function signalled(name, init) {
  await serve(`/${name}`, `<body>${script(name)}${body}</body>`);
  const steps = async (page) => {
    await use(page, `/${name}`);
    return {};
  };
  return visit(steps, { init });
}

await run({
  gpc: () =>
    signalled("gpc", () =>
      Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { value: true }),
    ),

  dnt: () =>
    signalled("dnt", () => Object.defineProperty(Navigator.prototype, "doNotTrack", { value: "1" })),

  async script() {
    await serve("/script", `<body>${script("script", "data-notrack")}${body}</body>`);
    return visit(async (page) => {
      await use(page, "/script");
      await page.evaluate(() => window.trailmark.record({ action: "SHARE", postId: "p" }));
      await settle(page);
      return {};
    });
  },

  async body() {
    await serve("/body", `<body data-notrack>${script("body")}${body}</body>`);
    return visit(async (page) => {
      await use(page, "/body");
      await page.evaluate(() => window.trailmark.record({ action: "SHARE", postId: "p" }));
      await settle(page);
      return {};
    });
  },

  /** One post of two, until the mark is taken away. */
  async ancestor() {
    const marked = `<section data-notrack>${post("p", button("FAVORITE"))}</section>`;
    await serve("/ancestor", `<body>${script("ancestor")}${marked}${post("q")}</body>`);
    return visit(async (page, _, { sent }) => {
      await use(page, "/ancestor");
      await page.click("[data-post-id=p] p");
      await settle(page);
      const before = [...sent];
      await page.evaluate(() => document.querySelector("section").removeAttribute("data-notrack"));
      await observed(page, "[data-post-id=p]");
      await page.clock.runFor(1000);
      await press(page, "FAVORITE", "p");
      await settle(page);
      return { before };
    });
  },
});
