// Watches every page while interactions are recorded elsewhere: how soon they are seen, and whether anything shifts.

import { checking, drawn, opened, record, SIZES, traffic, until } from "./browser.mjs";

const [url] = process.argv.slice(2);
const ROUNDS = 5;
const SETTLED_MS = 1_000;

await checking(async (browser) => {
  const [alias] = await record(url, traffic(1, 200));
  const found = { shifts: [], late: {}, ranks: [], wrong: [] };
  let number = 1_000;
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const place of ["#/", "#/live", "#/posts/post-1", `#/users/${alias}`]) {
      const { context, page, seen } = await opened(browser, url, { viewport });
      await page.goto(`${url}/${place}`);
      await drawn(page);
      await until(page, () => document.querySelector(".status.good"));
      if (place === "#/") await until(page, () => document.querySelector("canvas") && document.querySelector(".leaders .ranked"));
      await page.waitForTimeout(SETTLED_MS);
      await page.evaluate(() => globalThis.shifts.splice(0));
      for (let round = 0; round < ROUNDS; round += 1, number += 37) {
        await record(url, traffic(number, 37));
        await page.waitForTimeout(300);
      }
      const shifts = await page.evaluate(() => globalThis.shifts);
      found.shifts.push(...shifts.map((shift) => ({ page: `${place} ${size}`, ...shift })));
      if (size === "wide") found.late[place.slice(0, 7)] = await soonest(page, alias);
      found.wrong.push(...seen.wrong);
      await context.close();
    }
  }
  found.ranks = await overtaking(browser);
  return found;
});

/** How long it takes until a row is seen that was recorded elsewhere, in milliseconds: the best of some. */
async function soonest(page, userAlias) {
  const delays = [];
  for (const source of ["seen-1", "seen-2", "seen-3"]) {
    const seen = until(page, (text) => document.querySelector(".events").textContent.includes(text), source);
    await record(url, [{ userAlias, action: "VIEW", postId: "post-1", context: { source } }]);
    delays.push(await seen);
  }
  return Math.min(...delays);
}

/** The first posts that trend, before and after another one has overtaken them all. */
async function overtaking(browser) {
  const { context, page } = await opened(browser, url);
  const first = () => page.locator(".trending .ranked").first().textContent();
  await page.goto(url);
  await drawn(page);
  await page.locator(".trending .ranked").first().waitFor();
  const before = await first();
  const users = Array.from({ length: 900 }, (_, place) => `fan-${place}`);
  await record(url, users.map((userId) => ({ userId, action: "FAVORITE", postId: "the-new-one" })));
  await until(page, () => document.querySelector(".trending .ranked").textContent.includes("the-new-one"));
  const ranks = [before, await first()];
  await context.close();
  return ranks;
}
