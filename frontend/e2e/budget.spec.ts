import { expect, test } from "./fixtures";

/** The most a browser may have to take to show the tasks, as it comes over the wire. */
const BUDGET_KILOBYTES = 195;

test("the first page stays within its budget of JavaScript", async ({ page, person }) => {
  await person.add({ title: "Call Ann", priority: "normal", tags: [] });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Network.enable");
  const urls = new Map<string, string>();
  const bytes = new Map<string, number>();
  devtools.on("Network.responseReceived", ({ requestId, type, response }) => {
    if (type === "Script") urls.set(requestId, response.url);
  });
  devtools.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const url = urls.get(requestId);
    if (url) bytes.set(url, encodedDataLength);
  });
  const document = await page.goto("/");
  await expect(page.getByRole("checkbox")).toBeVisible();

  // The document names what the page itself needs; the rest is fetched ahead for other pages.
  const html = (await document?.text()) ?? "";
  const isOwn = ([url]: [string, number]) => html.includes(`src="${new URL(url).pathname}"`);
  const own = [...bytes].filter(isOwn);
  const ahead = [...bytes].filter((file) => !isOwn(file));
  const kilobytes = (files: [string, number][]) =>
    files.reduce((sum, [, size]) => sum + size, 0) / 1024;
  console.log(
    `first page: ${kilobytes(own).toFixed(1)} kB of JavaScript in ${own.length} files; ` +
      `fetched ahead for other pages: ${kilobytes(ahead).toFixed(1)} kB`,
  );
  expect(own.length).toBeGreaterThan(0);
  expect(kilobytes(own)).toBeLessThan(BUDGET_KILOBYTES);
});
