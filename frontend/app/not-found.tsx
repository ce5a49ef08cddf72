import type { Metadata } from "next";

export const metadata: Metadata = { title: "Not found · Todo" };

/** Say that there is no such page, and lead to one there is. */
export default function NotFound() {
  return (
    <main className="mx-auto max-w-md px-4 pt-[20vh] text-center">
      <h1 className="text-2xl font-semibold tracking-tight">There is no page here</h1>
      <p className="mt-2 text-muted">The address may be mistyped, or the page is gone.</p>
      {/* No Link: each page would bring its code along for the sake of this one. */}
      <a href="/" className="button-primary mt-6 inline-block">
        Go to your tasks
      </a>
    </main>
  );
}
