// Scenarios of buttons: what they show, and what presses come to.

import {
  button,
  connect,
  cutOff,
  open,
  post,
  press,
  run,
  script,
  serve,
  settle,
  shows,
  visit,
} from "./visiting.mjs";

await run({
  /** FAVORITE of p holds already. */
  async states() {
    const actions = ["FAVORITE", "BOOKMARK", "MORE_LIKE_THIS", "LESS_LIKE_THIS"];
    const inside = actions.map((action) => button(action)).join("");
    await serve("/states", `<body>${post("p", inside)}</body>`, script("states"));
    return visit(async (page) => {
      await open(page, "/states");
      await shows(page, "true", "false", "false", "false");
      for (const action of actions) await press(page, action, "p");
      await shows(page, "false", "true", "false", "true");
      await settle(page);
      await open(page, "/states");
      await shows(page, "false", "true", "false", "true");
      return {};
    });
  },

  /** FAVORITE of q holds already; all presses are without a network. */
  async opposites() {
    const inside = ["FAVORITE", "BOOKMARK", "LESS_LIKE_THIS"].map((each) => button(each)).join("");
    const body = script("opposites") + post("p", inside) + post("q", button("FAVORITE"));
    await serve("/opposites", `<body>${body}</body>`);
    return visit(async (page, context) => {
      await open(page, "/opposites");
      await shows(page, "false", "false", "false", "true");
      await context.setOffline(true);
      for (const action of ["FAVORITE", "FAVORITE", "BOOKMARK", "BOOKMARK", "BOOKMARK"]) {
        await press(page, action, "p");
      }
      for (let times = 0; times < 2; times++) {
        await press(page, "LESS_LIKE_THIS", "p");
        await press(page, "FAVORITE", "q");
      }
      await shows(page, "false", "true", "false", "true");
      await context.setOffline(false);
      await settle(page);
      return {};
    });
  },

  /** FAVORITE of p holds already, which the page cannot know: its presses cancel nothing. */
  async unknown() {
    await serve("/unknown", `<body>${script("unknown")}${post("p", button("FAVORITE"))}</body>`);
    return visit(async (page) => {
      await cutOff(page);
      await open(page, "/unknown");
      await press(page, "FAVORITE", "p");
      await press(page, "FAVORITE", "p");
      await connect(page);
      await settle(page);
      await shows(page, "false");
      await open(page, "/unknown");
      await shows(page, "false");
      return {};
    });
  },

  /** The page's clock is two minutes ahead, and it does not know what holds. */
  async ahead() {
    const inside = button("FAVORITE") + button("MORE_LIKE_THIS") + button("LESS_LIKE_THIS");
    await serve("/ahead", `<body>${script("ahead")}${post("p", inside)}</body>`);
    return visit(async (page) => {
      await cutOff(page);
      await open(page, "/ahead", 120_000);
      for (let times = 0; times < 3; times++) await press(page, "FAVORITE", "p");
      for (const action of ["MORE_LIKE_THIS", "LESS_LIKE_THIS", "LESS_LIKE_THIS", "MORE_LIKE_THIS"]) {
        await press(page, action, "p");
      }
      await connect(page);
      await settle(page);
      await shows(page, "true", "true", "false");
      return {};
    });
  },

  /** The user is LIMITED. */
  async limited() {
    await serve("/limited", `<body>${script("limited")}${post("of-limited", button("FAVORITE"))}</body>`);
    return visit(async (page) => {
      await open(page, "/limited");
      await press(page, "FAVORITE", "of-limited");
      await settle(page);
      await open(page, "/limited");
      await shows(page, "true");
      await press(page, "FAVORITE", "of-limited");
      await settle(page);
      await open(page, "/limited");
      await shows(page, "false");
      return {};
    });
  },

  /** Buttons of no post, of a post outside of any, and of what cannot be. */
  async kinds() {
    const long = "x".repeat(256);
    const body = [
      button("GROUP_JOIN", 'data-target-id="tea"'),
      button("PROFILE_VIBE", 'data-target-id="bob"'),
      button("FAVORITE", 'data-post-id="alone"'),
      button("FAVORITE", `data-post-id="${long}"`),
      button("FAVORITE"),
    ];
    await serve("/kinds", `<body>${script("kinds")}${body.join("")}</body>`);
    return visit(async (page) => {
      await open(page, "/kinds");
      for (const each of await page.locator("button").all()) await each.click();
      await settle(page);
      await page.waitForFunction((long) => {
        const refused = document.querySelector(`[data-post-id="${long}"]`);
        return refused.getAttribute("aria-pressed") === "false";
      }, long);
      return {};
    });
  },
});
