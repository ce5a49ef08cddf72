import { ApiProblem } from "@/lib/api/problem";

interface Props {
  error: Error;
  onRetry: () => void;
}

/** Say what went wrong where the content would stand, and offer to try again. */
export function ProblemPanel({ error, onRetry }: Props) {
  return (
    <div role="alert" className="rounded-2xl border border-line bg-surface px-6 py-8 text-center">
      <p className="font-medium">
        {error instanceof ApiProblem ? error.title : "Something went wrong"}
      </p>
      <p className="mx-auto mt-1 max-w-prose text-sm break-words text-muted">{error.message}</p>
      <button type="button" className="button-quiet mt-5" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}
