// Takes the pictures of the docs, into a folder.

import { join } from "node:path";

import { ask, checking, drawn, opened, SIZES } from "./browser.mjs";

const [url, folder] = process.argv.slice(2);
const SETTLED_MS = 6_000;

await checking(async (browser) => {
  const { engagementScores } = await ask(url, "{ engagementScores(first: 2) { user { alias } } }");
  const user = `#/users/${engagementScores[1].user.alias}`;
  const pictures = [
    ["overview", "#/", { viewport: { width: 1280, height: 920 }, colorScheme: "light" }],
    ["user", user, { viewport: { width: 1280, height: 720 }, colorScheme: "dark" }],
    ["phone", "#/", { viewport: SIZES.narrow, colorScheme: "light" }],
  ];
  for (const [name, place, options] of pictures) {
    const { context, page } = await opened(browser, url, options);
    await page.goto(`${url}/${place}`);
    await drawn(page);
    await page.waitForTimeout(SETTLED_MS);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    await context.close();
  }
  return pictures.map(([name]) => name);
});
