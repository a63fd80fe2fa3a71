// Scenarios of the module that bundles take.

import {
  API,
  button,
  observed,
  open,
  post,
  press,
  put,
  run,
  serve,
  settle,
  shows,
  token,
  visit,
} from "./visiting.mjs";

await run({
  async module() {
    const inside = button("FAVORITE");
    const body = post("p", inside) + post("q", inside);
    await serve("/module", `<body>${body}<script type="module" src="/main.mjs"></script></body>`);
    await put("/main.mjs", `import * as trailmark from "${API}/track.mjs"; window.module = trailmark;`);
    return visit(async (page) => {
      const call = (name, value) =>
        page.evaluate(([name, value]) => window.module[name](value), [name, value]);
      await open(page, "/module");
      await page.waitForFunction(() => window.module);
      await press(page, "FAVORITE", "p"); // before the start
      await call("start", { token: token.module });
      await press(page, "FAVORITE", "q");
      await call("record", { action: "SEARCH", target: { kind: "QUERY", id: "tea" } });
      await settle(page);
      await call("stop");
      await press(page, "FAVORITE", "p");
      await call("record", { action: "SHARE", postId: "p" });
      await call("start", { token: token.module, api: API });
      await page.clock.runFor(100);
      await shows(page, "false", "true");
      await observed(page, "[data-post-id=q]");
      await settle(page);
      return {};
    });
  },
});
