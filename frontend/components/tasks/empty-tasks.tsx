import type { Selection } from "@/lib/api/tasks";

/** Say why no task is shown, and what to do about it. */
export function EmptyTasks({ selection }: { selection: Selection }) {
  const { title, hint } = wordsFor(selection);
  return (
    <div
      role="status"
      className="rounded-2xl border border-dashed border-line px-6 py-12 text-center"
    >
      <p className="font-medium">{title}</p>
      <p className="mt-1 text-sm break-words text-muted">{hint}</p>
    </div>
  );
}

function wordsFor({ status, search }: Selection) {
  if (search) {
    return { title: "Nothing found", hint: `No ${WHICH[status]} matches “${search}”.` };
  }
  if (status === "done") {
    return { title: "Nothing done yet", hint: "Tasks you complete are kept here." };
  }
  return { title: "All clear", hint: "Add what is on your mind above." };
}

const WHICH = { open: "open task", done: "done task", all: "task" } as const;
