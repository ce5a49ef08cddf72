import { readSettings, SettingsError } from "./settings.ts";

/** End the process when sign-in could not work: a server that signs nobody in must not look well. */
export function refuseWrongSettings(): void {
  try {
    readSettings(process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
