"use client";

import { PageFrame } from "@/components/page-frame";
import { TaskBoard } from "./task-board";

/** The page of one person's tasks. */
export function TasksPage() {
  return <PageFrame title="Tasks">{(userId) => <TaskBoard userId={userId} />}</PageFrame>;
}
