"use client";

interface Props {
  error: Error;
  reset: () => void;
}

/** Stand in for a page that could not be shown; the way to the others stays. */
export default function PageError({ error, reset }: Props) {
  return (
    <div className="mx-auto max-w-md px-4 pt-[20vh] text-center">
      <h1 className="text-2xl font-semibold tracking-tight">This page broke</h1>
      <p className="mt-2 break-words text-muted">
        What you did before is stored. If it breaks again, this is what it said: {error.message}
      </p>
      <button type="button" className="button-primary mt-6" onClick={reset}>
        Show it again
      </button>
    </div>
  );
}
