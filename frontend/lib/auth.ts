import { betterAuth } from "better-auth";
import { openDatabase } from "./auth/database.ts";
import { authOptions } from "./auth/options.ts";
import { readSettings } from "./auth/settings.ts";

/** Make this server's Better Auth from what the environment says. */
function create() {
  const settings = readSettings(process.env);
  return betterAuth(authOptions(settings, openDatabase(settings.databaseUrl)));
}

let made: ReturnType<typeof create> | undefined;

/** Give this server's Better Auth, made when it is first asked for: a build has no database. */
export function auth() {
  made ??= create();
  return made;
}
