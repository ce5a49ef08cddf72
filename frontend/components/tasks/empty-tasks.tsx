import { EmptyState } from "@/components/empty-state";
import type { Selection } from "@/lib/tasks/selection";
import type { View } from "@/lib/tasks/use-view";

/** Say why no task is shown, and what to do about it. */
export function EmptyTasks({ view }: { view: View }) {
  return (
    <EmptyState {...wordsFor(view.selection)}>
      {view.narrowed && (
        <button type="button" className="button-quiet" onClick={view.clear}>
          Show all {NAMES[view.selection.status]}
        </button>
      )}
    </EmptyState>
  );
}

const NAMES = { open: "open tasks", done: "done tasks", all: "tasks" } as const;

function wordsFor({ status, search, due, priority, tag }: Selection) {
  if (search) {
    return { title: "Nothing found", hint: `None of the ${NAMES[status]} matches “${search}”.` };
  }
  if (due && !priority && !tag && status === "open") return NOTHING_DUE[due];
  if (due || priority || tag) {
    return { title: "Nothing here", hint: `None of the ${NAMES[status]} is like this.` };
  }
  if (status === "done") {
    return { title: "Nothing done yet", hint: "Tasks you complete are kept here." };
  }
  return { title: "All clear", hint: "Add what is on your mind above, or ask the chat to." };
}

const NOTHING_DUE = {
  overdue: { title: "Nothing overdue", hint: "You are on top of things." },
  today: { title: "Nothing due today", hint: "A task added here is due today." },
  week: { title: "Nothing due this week", hint: "What gets a date until Sunday appears here." },
} as const;
