// Goes from page to page by keyboard and links, reloads and shares addresses, and scrolls a history to its end.

import { checking, drawn, opened, record, until } from "./browser.mjs";

const [url] = process.argv.slice(2);
const LONG = 180;

await checking(async (browser) => {
  const views = Array.from({ length: LONG }, (_, place) => ({ userId: "ann", action: "VIEW", postId: `p/${place}` }));
  const [alias] = await record(url, views);
  const { context, page, seen } = await opened(browser, url);
  const found = { wrong: seen.wrong };

  await page.goto(url);
  await drawn(page);
  const link = page.locator(".live a[href^='#/posts/']").first();
  found.linked = await link.textContent();
  await link.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Post" }).waitFor();
  found.post = await page.locator("h1").textContent();
  await page.reload();
  await drawn(page);
  found.reloaded = await page.locator("h1").textContent();

  await page.locator(".event a[href^='#/users/']").first().click();
  await page.getByRole("heading", { level: 1, name: "User" }).waitFor();
  found.user = await page.locator("h1").textContent();
  found.title = await page.title();
  const shared = await context.newPage();
  await shared.goto(page.url());
  await shared.getByRole("heading", { level: 1, name: alias }).waitFor();
  await drawn(page);
  for (let rows = 0; rows < LONG; rows = await page.locator(".event time").count()) {
    await page.mouse.wheel(0, 4_000);
    await until(page, (before) => document.querySelectorAll(".event time").length > before, rows);
  }
  found.history = await page.locator(".event a").allTextContents();

  await page.goBack();
  await page.getByRole("heading", { level: 1, name: "Post" }).waitFor();
  await page.getByLabel("Id of a post or a user").fill("ann");
  await page.getByRole("button", { name: "User" }).click();
  await page.getByRole("heading", { level: 1, name: alias }).waitFor();
  await page.getByRole("link", { name: "Overview" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Trending" }).waitFor();
  return { alias, ...found };
});
