"use client";

import { Dialog } from "@/components/dialog";
import { ProblemPanel } from "@/components/problem-panel";
import { useUnsavedGuard } from "@/hooks/use-unsaved-guard";
import type { Task } from "@/lib/api/client";
import { ApiProblem } from "@/lib/api/problem";
import { isSendable } from "@/lib/tasks/form";
import type { Change } from "@/lib/tasks/overlay";
import { useTaskForm } from "@/lib/tasks/use-task-form";
import { useTask } from "@/lib/tasks/use-tasks";
import { TaskConflict } from "./task-conflict";
import { TaskFields } from "./task-fields";

interface Props {
  userId: string;
  taskId: string;
  /** The task as a list already showed it. */
  known: Task | undefined;
  knownTags: readonly string[];
  onDone: (change: Change, stored: Task | undefined) => void;
  onClose: () => void;
}

/** Open one task to read and change all of it. */
export function TaskEditor({ userId, taskId, known, knownTags, onDone, onClose }: Props) {
  const query = useTask(userId, taskId, known);
  if (query.data) {
    return (
      <OpenedTask
        userId={userId}
        task={query.data}
        knownTags={knownTags}
        onDone={onDone}
        onClose={onClose}
      />
    );
  }
  const gone = query.error instanceof ApiProblem && [404, 422].includes(query.error.status);
  return (
    <Dialog title="Task" onClose={onClose}>
      {gone ? (
        <p>This task is no longer there. It may have been deleted.</p>
      ) : query.error ? (
        <ProblemPanel error={query.error} onRetry={query.refetch} />
      ) : (
        <p role="status" className="text-muted">
          Loading the task…
        </p>
      )}
    </Dialog>
  );
}

interface OpenedProps extends Pick<Props, "userId" | "knownTags" | "onDone" | "onClose"> {
  task: Task;
}

function OpenedTask({ userId, task, knownTags, onDone, onClose }: OpenedProps) {
  const editing = useTaskForm(userId, task, (change, stored) => {
    onDone(change, stored);
    onClose();
  });
  const { form, state } = editing;
  useUnsavedGuard(editing.changed, () => {
    if (state.kind !== "saving") editing.askToLeave();
  });
  // Unsaved words are not thrown away by a key or a click beside the dialog.
  const close = () =>
    editing.changed && state.kind !== "leaving" ? editing.askToLeave() : onClose();

  return (
    <Dialog title="Edit task" onClose={close}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (editing.changed) void editing.save();
          else onClose();
        }}
      >
        <TaskFields form={form} knownTags={knownTags} onChange={editing.change} />
        {state.kind === "conflict" && (
          <TaskConflict
            mine={form}
            theirs={state.theirs}
            fields={state.fields}
            onMine={editing.save}
            onTheirs={editing.takeTheirs}
          />
        )}
        {state.kind === "failed" && (
          <p role="alert" className="text-sm">
            <span className="font-medium text-danger">Not saved.</span> {state.error.message} What
            you wrote is still here.
          </p>
        )}
        {state.kind !== "conflict" && (
          <div className="flex flex-wrap items-center justify-end gap-2 border-t border-line pt-4">
            {state.kind === "leaving" && (
              <p role="alert" className="mr-auto text-sm text-muted">
                There are unsaved changes.
              </p>
            )}
            <button type="button" className="button-quiet" onClick={onClose}>
              {editing.changed ? "Discard" : "Close"}
            </button>
            <button
              type="submit"
              className="button-primary"
              disabled={!isSendable(form)}
              aria-disabled={state.kind === "saving"}
            >
              {state.kind === "saving" ? "Saving…" : "Save"}
            </button>
          </div>
        )}
      </form>
    </Dialog>
  );
}
