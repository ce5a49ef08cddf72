"use client";

import { useRef } from "react";
import { useNow } from "@/hooks/use-now";
import { useShortcuts } from "@/hooks/use-shortcuts";
import type { Draft, Task } from "@/lib/api/client";
import { groupTasks } from "@/lib/tasks/groups";
import { failureOf, successOf } from "@/lib/tasks/messages";
import type { Change } from "@/lib/tasks/overlay";
import { draftFor } from "@/lib/tasks/selection";
import { useKnownTags } from "@/lib/tasks/use-known-tags";
import { useChangeTasks, useTasks } from "@/lib/tasks/use-tasks";
import { useView } from "@/lib/tasks/use-view";
import { useNotify } from "@/lib/toast";
import { AddTask } from "./add-task";
import { TaskEditor } from "./task-editor";
import { TaskFilter } from "./task-filter";
import { TaskResults } from "./task-results";
import type { TaskActions } from "./task-row";

let added = 0;

/** Add, find and change tasks. */
export function TaskBoard({ userId }: { userId: string }) {
  const view = useView();
  const tasks = useTasks(userId, view.selection);
  const knownTags = useKnownTags(tasks.tasks);
  const change = useChangeTasks(userId);
  const notify = useNotify();
  const now = useNow();
  const titleField = useRef<HTMLInputElement>(null);
  const searchField = useRef<HTMLInputElement>(null);
  useShortcuts({
    n: () => titleField.current?.focus(),
    "/": () => searchField.current?.focus(),
  });

  const tell = (done: Change, stored: Task | undefined) =>
    notify(successOf(done, stored, { apply: make, open: view.open }));
  // What is changed in passing is told when it fails; a form shows its failures itself.
  function make(wanted: Change): void {
    change(wanted).then(
      (stored) => tell(wanted, stored),
      (error: Error) => notify(failureOf(wanted, error, make)),
    );
  }
  const add = async (draft: Draft) => {
    // Counted: browsers have no crypto.randomUUID on pages served over plain HTTP.
    added += 1;
    const at = new Date().toISOString();
    const wanted: Change = { kind: "add", id: `new-${added}`, draft, at };
    tell(wanted, await change(wanted));
  };
  // A task without its name from the backend cannot be addressed yet.
  const actions: TaskActions = {
    toggle: (task) =>
      task.state !== "new" && make({ kind: "edit", task, changes: { completed: !task.completed } }),
    open: (task) => task.state !== "new" && view.open(task.id),
    remove: (task) => task.state !== "new" && make({ kind: "remove", task }),
    chooseTag: (tag) => view.choose({ tag }),
  };
  const opened = view.openedTask;

  return (
    <>
      <AddTask
        field={titleField}
        usual={draftFor(view.selection, now)}
        knownTags={knownTags}
        onAdd={add}
      />
      <TaskFilter view={view} knownTags={knownTags} field={searchField} />
      <TaskResults
        query={tasks}
        groups={groupTasks(tasks.tasks, view.selection, now)}
        view={view}
        now={now}
        actions={actions}
      />
      {opened && (
        <TaskEditor
          key={opened}
          userId={userId}
          taskId={opened}
          known={tasks.tasks.find(({ id, state }) => id === opened && state === "saved")}
          knownTags={knownTags}
          onDone={tell}
          onClose={() => view.open(null)}
        />
      )}
    </>
  );
}
