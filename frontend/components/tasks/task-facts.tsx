import { BellIcon, CalendarIcon, FlagIcon } from "@/components/icons";
import type { Task } from "@/lib/api/client";
import { describeDue } from "@/lib/tasks/due";

interface Props {
  task: Task;
  now: Date;
  onTag?: (tag: string) => void;
}

/** Show the facts of a task beside its title; a tag can be chosen to see what else has it. */
export function TaskFacts({ task, now, onTag }: Props) {
  const due = task.due_at === null ? null : describeDue(task.due_at, now);
  const late = due?.late && !task.completed;
  const remind = task.remind_at && !task.completed ? describeDue(task.remind_at, now) : null;
  return (
    <>
      {task.description && (
        <p className="mt-0.5 line-clamp-2 text-sm break-words text-muted">{task.description}</p>
      )}
      <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 empty:hidden">
        {due && (
          <span className={`fact ${late ? "font-medium text-danger" : ""}`}>
            <CalendarIcon />
            <span className={late ? "" : "sr-only"}>{late ? "Overdue" : "Due"}</span>
            <time dateTime={task.due_at ?? ""}>{due.text}</time>
          </span>
        )}
        {remind && !remind.late && (
          <span className="fact">
            <BellIcon />
            <span className="sr-only">Reminder</span>
            <time dateTime={task.remind_at ?? ""}>{remind.text}</time>
          </span>
        )}
        {task.priority !== "normal" && (
          <span className={`fact ${task.priority === "high" ? "text-warning" : ""}`}>
            <FlagIcon />
            {task.priority === "high" ? "High priority" : "Low priority"}
          </span>
        )}
        {task.tags.map((tag) =>
          onTag ? (
            <button
              key={tag}
              type="button"
              aria-label={`Show tasks tagged ${tag}`}
              className="badge max-w-full hover:bg-accent-soft hover:text-accent"
              onClick={() => onTag(tag)}
            >
              <span className="truncate">#{tag}</span>
            </button>
          ) : (
            <span key={tag} className="badge">
              #{tag}
            </span>
          ),
        )}
      </div>
    </>
  );
}
