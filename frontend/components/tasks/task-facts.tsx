import type { Task } from "@/lib/api/client";
import { describeDue } from "@/lib/tasks/due";

/** What is known of a task beside its title. */
export function TaskFacts({ task }: { task: Task }) {
  const due = task.due_at === null ? null : describeDue(task.due_at, new Date());
  const late = due?.late && !task.completed;
  return (
    <>
      {task.description && (
        <span className="mt-0.5 line-clamp-2 text-sm text-muted">{task.description}</span>
      )}
      <span className="mt-1 flex flex-wrap gap-1.5 empty:hidden">
        {due && (
          <span className={`badge ${late ? "text-danger" : ""}`}>
            {late ? "Overdue" : "Due"} <time dateTime={task.due_at ?? ""}>{due.text}</time>
          </span>
        )}
        {task.priority !== "normal" && (
          <span className={`badge ${task.priority === "high" ? "text-warning" : ""}`}>
            {task.priority === "high" ? "High priority" : "Low priority"}
          </span>
        )}
        {task.tags.map((tag) => (
          <span key={tag} className="badge">
            #{tag}
          </span>
        ))}
      </span>
    </>
  );
}
