"use client";

import { useState } from "react";
import type { Task } from "@/lib/api/client";

/** Collect the tags of every task seen so far, in order of the alphabet. */
export function useKnownTags(tasks: readonly Task[]): readonly string[] {
  const [known, setKnown] = useState<readonly string[]>([]);
  const all = new Set([...known, ...tasks.flatMap(({ tags }) => tags)]);
  // While rendering, so that no render shows a list without the tag it was asked for.
  if (all.size > known.length) setKnown([...all].toSorted((a, b) => a.localeCompare(b)));
  return known;
}
