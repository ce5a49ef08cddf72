"use client";

import { useState } from "react";
import { Notices } from "@/components/notices";
import type { Draft, Status } from "@/lib/api/client";
import { failureOf, successOf } from "@/lib/tasks/messages";
import type { Change } from "@/lib/tasks/overlay";
import { useChangeTasks, useTasks } from "@/lib/tasks/use-tasks";
import { useDebounced } from "@/lib/use-debounced";
import { useNotices } from "@/lib/use-notices";
import { AddTask } from "./add-task";
import { TaskFilter } from "./task-filter";
import { TaskResults } from "./task-results";

const TYPING_PAUSE_MS = 250;

let added = 0;

/** Add, find and change tasks. */
export function TaskBoard({ userId }: { userId: string }) {
  const [status, setStatus] = useState<Status>("open");
  const [search, setSearch] = useState("");
  const selection = { status, search: useDebounced(search.trim(), TYPING_PAUSE_MS) };
  const tasks = useTasks(userId, selection);

  const { notices, notify, dismiss } = useNotices();
  const change: (change: Change) => void = useChangeTasks(userId, {
    onDone: (done) => notify(successOf(done, change)),
    onFail: (failed, error) => notify(failureOf(failed, error, change)),
  });
  const add = (draft: Draft) => {
    // Counted: browsers have no crypto.randomUUID on pages served over plain HTTP.
    added += 1;
    change({ kind: "add", id: `new-${added}`, draft, at: new Date().toISOString() });
  };

  return (
    <>
      <AddTask onAdd={add} />
      <TaskFilter status={status} onStatus={setStatus} search={search} onSearch={setSearch} />
      <TaskResults query={tasks} selection={selection} onChange={change} />
      <Notices notices={notices} onDismiss={dismiss} />
    </>
  );
}
