// The page of docs/frontend.md in Chromium: `node page.mjs BACKEND SERVER`.

import assert from "node:assert/strict";

import { browsing } from "../browser.mjs";
import { LIMIT, asking, recording } from "./users.mjs";

const [backend, server] = process.argv.slice(2);
const views = Array.from({ length: 45 }, (_, number) => ({ action: "VIEW", postId: `v${number}` }));
await recording(server, "ann", ...views);

await browsing(async (page, amiss) => {
  page.setDefaultTimeout(60_000);
  await page.setViewportSize({ width: 800, height: 400 });
  const button = (text) => page.getByRole("button", { name: text, exact: true }).waitFor();
  const click = async () => {
    await page.locator("#favorite:enabled").click();
    await page.locator("#favorite:enabled").waitFor(); // it is disabled until it is answered
  };
  const refused = { status: 200, json: { token: "x.y.z", endsAt: Date.now() } };
  await page.route(`${backend}/token`, (route) => route.fulfill(refused), { times: 1 });

  await page.goto(backend);
  await button("☆ 0");
  await page.locator("li", { hasText: "VIEW POST v44" }).waitFor();
  await click();
  await button("★ 1");
  await page.locator("li", { hasText: "FAVORITE POST p1" }).waitFor();
  await recording(server, "bob", { action: "FAVORITE", postId: "p1" });
  await button("★ 2");

  const oldest = page.locator("li", { hasText: "VIEW POST v0," });
  while (!(await oldest.count())) {
    await page.mouse.wheel(0, 10_000);
    await page.waitForTimeout(100);
  }
  assert.equal(await page.locator("#history li").count(), 46);

  await click();
  await button("☆ 1");
  assert.equal(await page.locator("#problem").innerText(), "");

  await page.route(`${server}/graphql`, (route) => route.abort(), { times: 1 });
  await click();
  await page.waitForFunction(() => document.querySelector("#problem").innerText);
  await button("☆ 1");

  await asking(server, "ann", LIMIT);
  await page.reload();
  await button("☆ 1");
  await click();
  await button("★ 2");
  await page.reload();
  await button("★ 2");
  await click();
  await button("☆ 1");
  await page.reload();
  await button("☆ 1");
  assert.deepEqual(amiss, []);
});
console.log("passes");
