// Looks at every page in every size: what axe finds, what goes wrong, how soon and how heavy it is.

import { gzipSync } from "node:zlib";

import { axe, checking, drawn, LEAST_WIDTH, opened, record, SIZES, traffic, until } from "./browser.mjs";

const [url, colorScheme] = process.argv.slice(2);

await checking(async (browser) => {
  const [alias] = await record(url, traffic(1, 120));
  const pages = ["#/", "#/live", "#/service", "#/posts/post-1", `#/users/${alias}`];
  const found = { violations: [], wrong: [], foreign: [], wide: [], shifts: [], paints: [], gzipped: 0 };
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const place of pages) {
      const { context, page, seen } = await opened(browser, url, { viewport, colorScheme });
      await page.goto(`${url}/${place}`);
      await (place === "#/service" ? until(page, () => document.querySelector("td")) : drawn(page));
      const name = `${place} ${size}`;
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      for (const { id, nodes } of violations) found.violations.push(`${name}: ${id}: ${nodes[0].html}`);
      const shifts = await page.evaluate(() => globalThis.shifts);
      found.shifts.push(...shifts.map((shift) => ({ page: name, ...shift })));
      if (await isCut(page)) found.wide.push(name);
      await page.setViewportSize({ ...viewport, width: LEAST_WIDTH });
      if (await isCut(page)) found.wide.push(`${name}, ${LEAST_WIDTH} pixels wide`);
      found.paints.push(await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime));
      found.wrong.push(...seen.wrong);
      found.foreign.push(...seen.foreign);
      if (place === "#/") {
        const bodies = await Promise.all(seen.bodies);
        found.gzipped = bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
      }
      await context.close();
    }
  }
  return found;
});

/** Whether the page is wider than its window. */
function isCut(page) {
  return page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
}
