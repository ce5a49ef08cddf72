/**
 * A request that failed, in words a person can read.
 *
 * Carries an RFC 9457 problem of the backend, or stands in for one when there was no answer
 * (`status` 0) or the answer came from something else, such as a gateway.
 */
export class ApiProblem extends Error {
  override name = "ApiProblem";

  constructor(
    readonly status: number,
    readonly title: string,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(detail, options);
  }

  /** True when the same request may succeed later without a change. */
  get temporary(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Describe a request that got no answer. */
export function unreachable(cause: unknown): ApiProblem {
  return new ApiProblem(
    0,
    "No connection",
    "The server cannot be reached. Check your connection.",
    {
      cause,
    },
  );
}

/** Read the problem out of an answer that is not a success. */
export async function readProblem(response: Response): Promise<ApiProblem> {
  const body: unknown = await response.json().catch(() => null);
  const problem = body !== null && typeof body === "object" ? body : {};
  return new ApiProblem(
    response.status,
    "title" in problem ? String(problem.title) : "Something went wrong",
    "detail" in problem
      ? String(problem.detail)
      : `The server answered with status ${response.status}. Try again in a moment.`,
  );
}
