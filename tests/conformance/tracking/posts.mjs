// Scenarios of what is tracked by itself: views, clicks, expanded media.

import {
  button,
  image,
  observed,
  open,
  post,
  queued,
  recorded,
  run,
  script,
  serve,
  settle,
  SITE,
  visit,
} from "./visiting.mjs";

const filler = '<div class="tall"></div>';
const scroll = (page, y) => page.evaluate((y) => scrollTo(0, y), y);
const pass = (page, ms) => page.clock.runFor(ms);

/** Hide the page as a browser does whose user looks at another. */
const hide = (page, isHidden) =>
  page.evaluate((isHidden) => {
    Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, isHidden);

await run({
  /** What waits after each step. */
  async views() {
    const taller = '<article data-post-id="taller" class="tall"></article>';
    const body = [post("first"), post("second"), filler, post("later"), filler, taller].join("");
    await serve("/views", `<body>${script("views")}${body}</body>`);
    return visit(async (page) => {
      const waits = [];
      const look = async (y, selector, isVisible, ms) => {
        await scroll(page, y);
        await observed(page, selector, isVisible);
        await pass(page, ms);
        waits.push((await queued(page)).length);
      };
      await open(page, "/views");
      await look(0, "[data-post-id=first]", true, 800);
      await look(1000, "[data-post-id=first]", false, 5000);
      await look(0, "[data-post-id=second]", true, 999);
      await hide(page, true);
      await pass(page, 5000);
      await hide(page, false);
      await look(0, "[data-post-id=second]", true, 1000);
      await settle(page);
      await look(1850, "[data-post-id=later]", false, 5000); // a quarter of it
      await look(1900, "[data-post-id=later]", true, 1000);
      await settle(page);
      await look(4280, "[data-post-id=taller]", false, 5000); // less than half a window
      await look(4360, "[data-post-id=taller]", false, 1000);
      await settle(page);
      await look(0, "[data-post-id=first]", true, 5000); // again
      const comesBack = () => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
      await page.evaluate(comesBack); // from the browser's cache
      await observed(page, "[data-post-id=first]", true);
      await look(0, "[data-post-id=first]", true, 1000);
      await settle(page);
      return { waits };
    });
  },

  async clicks() {
    const inside = `<a id="link" href="#there">There</a> <a id="pictured" href="#there">${image}</a>
      ${image.replace("<img", '<img id="image"')} ${button("SHARE")}
      <blockquote data-post-id="quoted">Quoted</blockquote>
      <label>Choose <input type="radio"></label>`;
    await serve("/clicks", `<body>${script("clicks")}${post("p", inside)}<p id="outside">Else</p></body>`);
    return visit(async (page) => {
      await open(page, "/clicks");
      await observed(page, "[data-post-id=p]");
      await observed(page, "[data-post-id=quoted]");
      await page.click("#link");
      await page.click("#pictured");
      await page.dblclick("p >> text=Post p");
      await page.click("#image");
      await page.click("#image");
      await page.click("blockquote");
      await page.click("[data-action]");
      await page.click("label", { position: { x: 2, y: 2 } });
      await page.click("#outside");
      await page.click("#outside", { button: "right" });
      await settle(page);
      return {};
    });
  },

  /** Posts that are added, and one whose element comes to stand for another. */
  async later() {
    await serve("/later", `<body>${script("later")}<main></main></body>`);
    return visit(async (page) => {
      await open(page, "/later");
      const add = (html) =>
        page.evaluate((html) => {
          const parsed = new DOMParser().parseFromString(html, "text/html");
          document.querySelector("main").append(...parsed.body.children);
        }, html);
      await page.evaluate(() => window.trustedTypes.createPolicy("default", { createHTML: (html) => html }));
      await add(`<section>${post("added", button("FAVORITE"))}</section>`);
      await observed(page, "[data-post-id=added]");
      await pass(page, 1000);
      await page.click("[data-action]");
      await page.evaluate(() => document.querySelector("article").setAttribute("data-post-id", "another"));
      await observed(page, "[data-post-id=another]");
      await pass(page, 1000);
      await page.click("p");
      await settle(page);
      return {};
    });
  },

  /** A click that leads away is sent although the page is gone, and only once. */
  async leaving() {
    await serve("/next", "<body>Next</body>");
    const inside = '<a href="/next">Next</a>';
    const context = 'data-source="home" data-recommendation-id="trailmark:r1" data-hashtags="tea  cups"';
    await serve("/leaving", `<body ${context}>${script("leaving")}${post("left", inside)}</body>`);
    return visit(async (page) => {
      await open(page, "/leaving");
      await page.click("a");
      await page.waitForURL(`${SITE}/next`);
      await recorded("leaving", 1);
      await open(page, "/leaving");
      await settle(page);
      return {};
    });
  },
});
