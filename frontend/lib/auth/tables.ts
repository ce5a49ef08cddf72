/**
 * The names Better Auth's tables have in the database.
 *
 * Alembic makes them with all other tables (backend/migrations), named as those are, so that nobody
 * needs quotes to look at them. What is not listed keeps Better Auth's own name.
 */
const STAMPS = { createdAt: "created_at", updatedAt: "updated_at" } as const;

export const USERS = {
  modelName: "auth_users",
  fields: { emailVerified: "email_verified", ...STAMPS },
} as const;

export const SESSIONS = {
  modelName: "auth_sessions",
  fields: {
    userId: "user_id",
    expiresAt: "expires_at",
    ipAddress: "ip_address",
    userAgent: "user_agent",
    ...STAMPS,
  },
} as const;

export const ACCOUNTS = {
  modelName: "auth_accounts",
  fields: {
    userId: "user_id",
    accountId: "account_id",
    providerId: "provider_id",
    accessToken: "access_token",
    refreshToken: "refresh_token",
    idToken: "id_token",
    accessTokenExpiresAt: "access_token_expires_at",
    refreshTokenExpiresAt: "refresh_token_expires_at",
    ...STAMPS,
  },
} as const;

export const VERIFICATIONS = {
  modelName: "auth_verifications",
  fields: { expiresAt: "expires_at", ...STAMPS },
} as const;

export const SIGNING_KEYS = {
  modelName: "auth_jwks",
  fields: {
    publicKey: "public_key",
    privateKey: "private_key",
    createdAt: "created_at",
    expiresAt: "expires_at",
  },
} as const;

export const RATE_LIMITS = {
  modelName: "auth_rate_limits",
  fields: { lastRequest: "last_request" },
} as const;
