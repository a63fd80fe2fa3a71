// Shows what feeds rest on: a post's description and its likes, a user's preferences and recommendations, and outcomes.

import { ask, axe, checking, opened, record, until } from "./browser.mjs";

const [url] = process.argv.slice(2);
const DESCRIBE = `mutation ($inputs: [DescribePostInput!]!) { describePosts(inputs: $inputs) { errors { message } } }`;

await checking(async (browser) => {
  await ask(url, DESCRIBE, {
    inputs: ["fern", "moss", "rail"].map((postId) => ({
      postId,
      authorId: "ann",
      contentType: "image",
      hashtags: [postId === "rail" ? "Trains" : "Plants"],
      places: [{ kind: "GROUP", id: "gardeners" }],
      createdAt: "2026-11-01T10:00:00Z",
    })),
  });
  const fans = ["one", "two", "three", "four"];
  const likes = fans.flatMap((userId) => ["fern", "moss"].map((postId) => ({ userId, action: "FAVORITE", postId })));
  const context = { source: "home", recommendationId: "trailmark:1" };
  const views = fans.map((userId) => ({ userId, action: "VIEW", postId: "fern", context }));
  await record(url, [...likes, ...views]);
  const [alias] = await record(url, [{ userId: "zoe", action: "FAVORITE", postId: "fern", context: { source: "home" } }]);
  const { page, seen } = await opened(browser, url);
  const found = { wrong: seen.wrong, foreign: seen.foreign, violations: [] };
  const panel = async (title, expected) => {
    await until(page, ([name, text]) => document.querySelector(`[aria-label="${name}"]`)?.textContent.includes(text), [title, expected]);
    return page.locator(`[aria-label="${title}"]`).innerText();
  };
  const look = async () => {
    await page.evaluate(axe);
    found.violations.push(...(await page.evaluate(() => globalThis.axe.run())).violations.map(({ id }) => id));
  };

  await page.goto(`${url}/#/posts/fern`);
  found.similar = await panel("Similar posts", "moss");
  found.description = await panel("Description", "#plants");
  await look();
  await page.goto(`${url}/#/users/${alias}`);
  found.recommended = await panel("Would be recommended", "moss");
  found.preferences = await panel("Preferences", "#plants");
  await look();
  await page.goto(`${url}/#/`);
  await panel("Outcomes of recommendations", "recommended");
  await page.getByRole("button", { name: "Variant" }).click();
  found.outcomes = await panel("Outcomes of recommendations", "trailmark");
  await look();
  found.shifts = await page.evaluate(() => globalThis.shifts);
  return found;
});
