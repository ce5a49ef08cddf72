import { createHash } from "node:crypto";
import type { BetterAuthPlugin } from "better-auth";
import { APIError, createAuthMiddleware } from "better-auth/api";

type Context = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0];
type Adapter = Context["context"]["adapter"];

interface Counted {
  count: number;
  lastRequest: number | string;
}

export interface Rule {
  /** In seconds, from the first try on. */
  window: number;
  max: number;
}

const MODEL = "rateLimit";
const isSignIn = ({ path }: { path?: string }) => path === "/sign-in/email";

/**
 * Limit the wrong passwords of one account, from whatever addresses they come.
 *
 * Better Auth's own limit counts addresses alone. Tries are counted before the password is looked
 * at, so that many at once pass no more of them, and one that succeeds starts anew. Whoever guesses
 * keeps the person out as well, for as long as they go on, and ends no session. An account that
 * does not exist is counted like any other. Rows are kept where Better Auth keeps its own, by a hash:
 * no address of a person is in a key.
 */
export function accountLimit(rule: Rule): BetterAuthPlugin {
  return {
    id: "account-limit",
    // Of no path: it makes Better Auth keep its rows for as long as this window.
    rateLimit: [{ ...rule, pathMatcher: () => false }],
    hooks: {
      before: [
        {
          matcher: isSignIn,
          handler: createAuthMiddleware(async (context) => {
            const key = keyOf(context);
            if (key === null) return;
            const seconds = await take(context.context.adapter, key, rule);
            if (seconds > 0) throw refusal(seconds);
          }),
        },
      ],
      after: [
        {
          matcher: isSignIn,
          handler: createAuthMiddleware(async (context) => {
            const key = keyOf(context);
            if (key === null || !context.context.newSession) return;
            const where = [{ field: "key", value: key }];
            await context.context.adapter.deleteMany({ model: MODEL, where });
          }),
        },
      ],
    },
  };
}

function keyOf(context: Context): string | null {
  const email: unknown = context.body?.email;
  if (typeof email !== "string") return null;
  return `account|${createHash("sha256").update(email.toLowerCase()).digest("hex")}`;
}

/** Count a try; return 0, or the seconds until the next one may be made. */
async function take(adapter: Adapter, key: string, { window, max }: Rule): Promise<number> {
  const mine = { field: "key", value: key };
  const now = Date.now();
  const begun = now - window * 1000;
  const counted = await adapter.incrementOne({
    model: MODEL,
    where: [
      mine,
      { field: "lastRequest", operator: "gt", value: begun },
      { field: "count", operator: "lt", value: max },
    ],
    increment: { count: 1 },
  });
  if (counted) return 0;
  const row = await adapter.findOne<Counted>({ model: MODEL, where: [mine] });
  if (!row) {
    try {
      await adapter.create({ model: MODEL, data: { key, count: 1, lastRequest: now } });
      return 0;
    } catch (error) {
      // Another try of the same account was first.
      if (await adapter.findOne({ model: MODEL, where: [mine] }))
        return take(adapter, key, { window, max });
      throw error;
    }
  }
  const since = Number(row.lastRequest);
  if (since > begun) {
    // Where tries are left, another one made or renewed the row in between.
    if (row.count < max) return take(adapter, key, { window, max });
    return Math.ceil((since - begun) / 1000);
  }
  const renewed = await adapter.incrementOne({
    model: MODEL,
    where: [mine, { field: "lastRequest", operator: "lte", value: since }],
    increment: {},
    set: { count: 1, lastRequest: now },
  });
  return renewed ? 0 : take(adapter, key, { window, max });
}

function refusal(seconds: number): APIError {
  return new APIError(
    "TOO_MANY_REQUESTS",
    {
      code: "TOO_MANY_TRIES",
      message: `Too many tries for this account. Next: wait ${seconds} s, then try again`,
    },
    { "Retry-After": String(seconds) },
  );
}
