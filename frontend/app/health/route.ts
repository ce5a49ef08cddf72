// Read when asked, not when built: the release says the commit, the image has none.
export const dynamic = "force-dynamic";

/** Answer probes: this server is up, and which commit its image was first released from. */
export function GET() {
  return Response.json({ status: "ok", commit: process.env.TODO_COMMIT ?? null });
}
