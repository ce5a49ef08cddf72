"use client";

import { useQuery } from "@tanstack/react-query";
import { readUser } from "@/lib/api/tasks";

/** Ask once who is signed in; every part of a page shares the answer. */
export function useUser() {
  return useQuery({
    queryKey: ["me"],
    queryFn: ({ signal }) => readUser(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
