import { QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "./api/problem";

const RETRIES = 2;

/** Make the cache of what the backend said; reads are repeated when that may help. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Ask even when the browser believes it is offline: a local server may still answer,
        // and a failure that is shown is better than a wait that is not.
        networkMode: "always",
        staleTime: 5_000,
        retry: (failures, error) =>
          failures < RETRIES && error instanceof ApiProblem && error.temporary,
        retryDelay: (failures) => 400 * 2 ** failures,
      },
      mutations: { networkMode: "always" },
    },
  });
}
