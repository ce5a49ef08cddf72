// Read when asked, not when built: the commit is set on the image after the build.
export const dynamic = "force-dynamic";

/** Answer probes: this server is up, and which commit it was built from. */
export function GET() {
  return Response.json({ status: "ok", commit: process.env.TODO_COMMIT ?? null });
}
