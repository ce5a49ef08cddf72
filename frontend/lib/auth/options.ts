import type { DatabaseSync } from "node:sqlite";
import type { BetterAuthOptions } from "better-auth";
import { APIError } from "better-auth/api";
import { jwt } from "better-auth/plugins";
import type { Pool } from "pg";
import { accountLimit } from "./account-limit.ts";
import type { AuthSettings } from "./settings.ts";
import { readableKeys } from "./signing-keys.ts";
import { ACCOUNTS, RATE_LIMITS, SESSIONS, SIGNING_KEYS, USERS, VERIFICATIONS } from "./tables.ts";

export const AUDIENCE = "todo-api";
const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;
const LONGEST_NAME = 100;
const LONGEST_EMAIL = 254;

/** Configure Better Auth: e-mail and password, sessions, and the tokens that the backend takes. */
export function authOptions(settings: AuthSettings, database: Pool | DatabaseSync) {
  return {
    appName: "Todo",
    baseURL: settings.url,
    secret: settings.secret,
    trustedOrigins: settings.trustedOrigins,
    database,
    emailAndPassword: { enabled: true, minPasswordLength: 8, maxPasswordLength: 128 },
    user: USERS,
    // No copy of the session in a cookie: one that is ended gives no further token.
    session: { ...SESSIONS, expiresIn: 7 * DAY, updateAge: DAY, cookieCache: { enabled: false } },
    account: ACCOUNTS,
    verification: VERIFICATIONS,
    databaseHooks: { user: { create: { before: async (user) => ({ data: cleanUser(user) }) } } },
    plugins: [signedTokens(settings.url), accountLimit({ window: 5 * MINUTE, max: 10 })],
    rateLimit: {
      ...RATE_LIMITS,
      enabled: true,
      storage: "database",
      // An address that asks without ever pausing for a whole window is stopped after `max` requests,
      // however slow they come. So windows are short where a whole office asks from one address.
      window: 1,
      max: 30,
      customRules: {
        "/sign-in/email": { window: MINUTE, max: 10 },
        "/sign-up/email": { window: MINUTE, max: 10 },
        "/change-password": { window: MINUTE, max: 5 },
        // Public, the same for all, and asked for by backends, which have no address of a person.
        "/jwks": false,
      },
    },
    advanced: {
      cookiePrefix: "todo",
      // Said here, because Better Auth would otherwise leave both out in tests.
      disableOriginCheck: false,
      disableCSRFCheck: false,
      ipAddress: {
        ipAddressHeaders: ["x-forwarded-for"],
        trustedProxies: settings.trustedProxies,
      },
    },
    telemetry: { enabled: false },
    // From "info" on it writes e-mail addresses.
    logger: { level: "warn" },
  } satisfies BetterAuthOptions;
}

function signedTokens(issuer: string) {
  return jwt({
    schema: { jwks: SIGNING_KEYS },
    jwks: {
      keyPairConfig: { alg: "EdDSA", crv: "Ed25519" },
      rotationInterval: 30 * DAY,
      // Longer than any token lives, and than a backend goes without asking.
      gracePeriod: DAY,
    },
    jwt: {
      issuer,
      audience: AUDIENCE,
      expirationTime: "10m",
      definePayload: ({ user }) => ({ name: user.name, email: user.email }),
    },
    adapter: { getJwks: readableKeys },
    // Only who asks for a token gets one.
    disableSettingJwtHeader: true,
  });
}

/** Keep what stands in every token and on every page short. */
function cleanUser<User extends { name: string; email: string }>(user: User) {
  const name = user.name.trim();
  if (name.length < 1 || name.length > LONGEST_NAME) {
    throw refusal("INVALID_NAME", `A name has 1 to ${LONGEST_NAME} characters`);
  }
  if (user.email.length > LONGEST_EMAIL) {
    throw refusal("INVALID_EMAIL", `An e-mail address has at most ${LONGEST_EMAIL} characters`);
  }
  return { ...user, name, image: null };
}

function refusal(code: string, message: string): APIError {
  return new APIError("BAD_REQUEST", { code, message });
}
