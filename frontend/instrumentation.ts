/** Called once when the server starts, never by a build. */
export async function register() {
  // Next.js builds this for the edge too, where there is no process; only this shape leaves it out.
  if (process.env.NEXT_RUNTIME === "nodejs") {
    const { refuseWrongSettings } = await import("./lib/auth/startup.ts");
    refuseWrongSettings();
  }
}
