import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, test as base, expect, type Page } from "@playwright/test";
import { type App, type Outage, openApp } from "./app";
import { Person, someAddress } from "./person";

type ContextOptions = NonNullable<Parameters<Browser["newContext"]>[0]>;

interface Fixtures {
  /** Somebody signed in, whom no other test knows. */
  person: Person;
  /** A window of theirs. */
  page: Page;
  /** Open a further window of theirs. */
  another: (options?: ContextOptions) => Promise<Page>;
  /** A window of somebody who is not signed in. */
  stranger: Page;
  /** The way to take the backend away; a test that asks for it is skipped where there is none. */
  outage: Outage;
  /** The same for the sidecars of the backend. */
  sidecars: Outage;
  /** Requests of a page to another host; every test ends by finding none here. */
  foreign: string[];
}

export interface Settings {
  /** The moment the app believes to have been started, in UTC; now when left out. */
  clock: string | undefined;
}

export const test = base.extend<Fixtures, Settings & { app: App }>({
  clock: [undefined, { option: true, scope: "worker" }],
  app: [
    async ({ clock }, use) => {
      const app = await openApp(clock);
      await use(app);
      await app.end();
    },
    { scope: "worker", timeout: 180_000 },
  ],
  person: async ({ app }, use) => {
    const person = await Person.signIn(app.url);
    await use(person);
    await person.leave();
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from it.
  foreign: async ({}, use) => {
    const foreign: string[] = [];
    await use(foreign);
    expect(foreign, "requests to another host").toEqual([]);
  },
  another: async ({ app, browser, person, foreign, locale, timezoneId, reducedMotion }, use) => {
    const pages: Page[] = [];
    const usual = { locale, timezoneId, reducedMotion } as ContextOptions;
    await use(async (options) => {
      const page = await person.window(browser, { ...usual, ...options });
      watch(page, app.url, foreign);
      pages.push(page);
      return page;
    });
    for (const page of pages) await page.context().close();
  },
  page: async ({ another, viewport, colorScheme }, use) => {
    await use(await another({ viewport, colorScheme } as ContextOptions));
  },
  stranger: async ({ app, browser, foreign, locale }, use) => {
    const extraHTTPHeaders = { "x-forwarded-for": someAddress() };
    const settings = { baseURL: app.url, locale, extraHTTPHeaders } as ContextOptions;
    const page = await (await browser.newContext(settings)).newPage();
    watch(page, app.url, foreign);
    await use(page);
    await page.context().close();
  },
  outage: async ({ app }, use, info) => {
    info.skip(!app.outage, "the backend of this app is not ours to stop");
    if (app.outage) await use(app.outage);
  },
  sidecars: async ({ app }, use, info) => {
    info.skip(!app.sidecars, "this app has no sidecars that are ours to take away");
    if (app.sidecars) await use(app.sidecars);
  },
});

export { expect };

/** Keep what a window asks of another host. */
function watch(page: Page, home: string, foreign: string[]): void {
  page.context().on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${home}/`) && !/^(data|blob):/.test(url)) foreign.push(url);
  });
}

/** Name what a screen reader or a keyboard would stumble over, as axe finds it. */
export async function barriers(page: Page): Promise<string[]> {
  // What fades in has no colour of its own yet; what leaves the page never finishes to.
  await page.evaluate(() =>
    Promise.allSettled(document.getAnimations().map(({ finished }) => finished)),
  );
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
}

/** The part of a list that belongs to one task. */
export const row = (page: Page, title: string) =>
  page
    .getByRole("listitem")
    .filter({ has: page.getByRole("button", { name: title, exact: true }) });

/** The box that completes a task: to be clicked, as it may be gone before it is seen checked. */
export const box = (page: Page, title: string) =>
  page.getByRole("checkbox", { name: `Complete ${title}` });
