// Scenarios of what waits: outages, reloads, what is refused, users in turn.

import {
  API,
  button,
  call,
  connect,
  cutOff,
  observed,
  open,
  post,
  press,
  queued,
  recorded,
  run,
  script,
  serve,
  settle,
  shows,
  token,
  visit,
} from "./visiting.mjs";

/** Collects what the page hears. */
const hear = () => {
  window.heard = [];
  for (const name of ["trailmark:refused", "trailmark:token"]) {
    document.addEventListener(name, ({ detail }) => {
      const { action, postId } = detail?.input ?? {};
      const code = detail?.errors[0].code ?? "";
      window.heard.push(detail ? `${action} ${postId.slice(0, 9)} ${code}` : name);
    });
  }
};
const heard = (page) => page.evaluate(() => window.heard);

const page = (user, inside = button("FAVORITE")) => `<body>${script(user)}${post("p", inside)}</body>`;

await run({
  async offline() {
    await serve("/offline", page("offline"));
    return visit(async (page, context) => {
      await open(page, "/offline");
      await shows(page, "false");
      await context.setOffline(true);
      await press(page, "FAVORITE", "p");
      await observed(page, "article");
      await page.clock.runFor(60_000);
      const waits = (await queued(page)).length;
      await context.setOffline(false);
      await settle(page);
      return { waits };
    });
  },

  /** The site can be reached, the server cannot; then its answers are lost; then all is well. */
  async reload() {
    await serve("/reload", page("reload"));
    return visit(async (page) => {
      await cutOff(page);
      await open(page, "/reload");
      await press(page, "FAVORITE", "p");
      await observed(page, "article");
      await page.clock.runFor(5000);
      await open(page, "/reload");
      await shows(page, "true");
      await connect(page);
      await page.route("**/graphql", async (route) => {
        await route.fetch();
        await route.abort();
      });
      await page.click("p");
      await observed(page, "article");
      await recorded("reload", 4, page);
      await connect(page);
      await settle(page);
      await shows(page, "true");
      return {};
    });
  },

  /** Inputs that GraphQL refuses, that the server rejects, that are none, and that are well. */
  async poison() {
    await serve("/poison", page("poison"));
    const steps = async (page) => {
      await open(page, "/poison");
      await page.evaluate((owner) => {
        for (const text of ["null", "{}", "7", '{"input":null}', '{"input":{}}', "{"]) {
          localStorage.setItem(`trailmark ${owner} ${text}`, text);
        }
        localStorage.setItem(`trailmark-held ${owner}`, "null");
      }, `${API}/graphql poison`);
      await open(page, "/poison");
      await shows(page, "false");
      await call(page, "record", { action: "NOPE", postId: "poison" });
      await call(page, "record", { action: "SHARE", postId: "fine" });
      await call(page, "record", { action: "SHARE", postId: "long".repeat(99) });
      await press(page, "FAVORITE", "p");
      await settle(page);
      return { heard: await heard(page) };
    };
    return visit(steps, { init: hear });
  },

  /** An input at which the server stumbles whenever it comes. */
  async stumbles() {
    await serve("/stumbles", page("stumbles"));
    const share = (page, postId) => call(page, "record", { action: "SHARE", postId });
    const steps = async (page) => {
      await page.route("**/graphql", (route) =>
        route.request().postData()?.includes('"stone"')
          ? route.fulfill({
              headers: { "Access-Control-Allow-Origin": "*" },
              json: { data: null, errors: [{ message: "-", extensions: { code: "INTERNAL" } }] },
            })
          : route.continue(),
      );
      await open(page, "/stumbles");
      for (const id of ["a", "b", "stone", "c", "d"]) await share(page, id);
      for (const [count, more] of [[4, "e"], [5, "f"], [6, "g"]]) {
        while ((await queued(page)).length > 1) await page.clock.runFor(1000);
        await recorded("stumbles", count);
        await share(page, more);
      }
      await settle(page);
      return { heard: await heard(page) };
    };
    return visit(steps, { init: hear });
  },

  /** Two tabs of one user, which press while the server cannot be reached. */
  async tabs() {
    await serve("/tabs", page("tabs"));
    return visit(async (page, context) => {
      const other = await context.newPage();
      for (const each of [page, other]) await cutOff(each);
      for (const each of [page, other]) await open(each, "/tabs");
      await call(page, "record", { action: "SHARE", postId: "a" });
      await call(other, "record", { action: "SHARE", postId: "b" });
      await press(other, "FAVORITE", "p");
      for (const each of [page, other]) await connect(each);
      await Promise.all([settle(page), settle(other)]);
      return {};
    });
  },

  /** A server that has too much to do says when to come back. */
  async overloaded() {
    await serve("/overloaded", `<body>${script("overloaded")}</body>`);
    return visit(async (page, _, { tried }) => {
      const headers = {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "Retry-After",
        "Retry-After": "100",
      };
      const errors = [{ message: "-", extensions: { code: "OVERLOADED" } }];
      await page.route("**/graphql", (route) => route.fulfill({ status: 503, headers, json: { errors } }));
      await open(page, "/overloaded");
      const answered = page.waitForEvent("requestfinished", (each) => each.method() === "POST");
      await call(page, "record", { action: "SHARE", postId: "p" });
      await page.clock.runFor(2000);
      await answered;
      await connect(page);
      await page.clock.runFor(90_000);
      const before = tried.length;
      await recorded("overloaded", 1, page);
      return { before };
    });
  },

  /** Each presses before the server can be reached; another's is sent only once they are back. */
  async users() {
    await serve("/users", page("users"));
    return visit(async (page) => {
      await cutOff(page);
      await open(page, "/users");
      await press(page, "FAVORITE", "p");
      await call(page, "setToken", null);
      await shows(page, "false");
      await page.click("p"); // of nobody
      await call(page, "setToken", token.bob);
      await call(page, "record", { action: "SHARE", postId: "p" });
      await connect(page);
      await settle(page, " bob ");
      await recorded("bob", 1);
      const waits = await queued(page);
      await call(page, "setToken", token.users);
      await shows(page, "true");
      await settle(page);
      const stored = await page.evaluate(() => JSON.stringify(localStorage));
      const parts = Object.values(token).flatMap((each) => each.split("."));
      return { waits, kept: parts.filter((part) => stored.includes(part)) };
    });
  },

  /** What holds of one is answered only when the page is another's. */
  async late() {
    await serve("/late", page("late"));
    return visit(async (page) => {
      let answer;
      const asked = new Promise((resolve) => {
        void page.route("**/graphql", (route) => {
          answer = () => route.continue();
          resolve();
        }, { times: 1 });
      });
      await open(page, "/late");
      await asked;
      await call(page, "setToken", token.bob);
      await page.clock.runFor(100);
      const answered = page.waitForEvent("requestfinished", (each) => each.method() === "POST");
      await answer();
      await answered;
      await page.clock.runFor(1000);
      return { pressed: await page.getAttribute("button", "aria-pressed") };
    });
  },

  async expired() {
    await serve("/expired", page(token.expired));
    const steps = async (page) => {
      await open(page, "/expired");
      await press(page, "FAVORITE", "p");
      await page.waitForFunction(() => window.heard.length);
      await observed(page, "article");
      await page.clock.runFor(60_000);
      const waits = (await queued(page)).length;
      await call(page, "setToken", token.renewed);
      await settle(page);
      return { heard: await heard(page), waits };
    };
    return visit(steps, { init: hear });
  },

  /** The page's clock is a day ahead. */
  async skewed() {
    await serve("/skewed", page("skewed"));
    return visit(async (page) => {
      await open(page, "/skewed", 86_400_000);
      await press(page, "FAVORITE", "p");
      await settle(page);
      return {};
    });
  },
});
