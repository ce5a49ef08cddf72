"use client";

import { PageFrame } from "@/components/page-frame";
import { ActivityResults } from "./activity-results";

/** The page of what happened to one person's tasks. */
export function ActivityPage() {
  return <PageFrame title="Activity">{(userId) => <ActivityResults userId={userId} />}</PageFrame>;
}
