import { barriers, expect, test } from "./fixtures";

test("a request to another host would be noticed", async ({ page, foreign }) => {
  await page.goto("http://127.0.0.2:9/pixel.gif").catch(() => {});
  expect(foreign).toEqual(["http://127.0.0.2:9/pixel.gif"]);
  foreign.length = 0;
});

test("the page itself may not ask another host for anything", async ({ page }) => {
  await page.goto("/");
  const refused = page.evaluate(
    () =>
      new Promise((resolve) => {
        document.addEventListener("securitypolicyviolation", ({ blockedURI }) =>
          resolve(blockedURI),
        );
        fetch("http://127.0.0.2:9/").catch(() => {});
      }),
  );
  expect(await refused).toBe("http://127.0.0.2:9/");
});

test("a barrier would be found, a colour that is hard to read among them", async ({ page }) => {
  await page.goto("/");
  await page.setContent(
    `<main><h1>Tasks</h1><button></button><p style="color: #ccc; background: #fff">faint</p></main>`,
  );
  const found = (await barriers(page)).map((barrier) => barrier.split(":")[0]);
  expect(found).toEqual(expect.arrayContaining(["button-name", "color-contrast"]));
});
