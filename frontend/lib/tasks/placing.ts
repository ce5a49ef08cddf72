import type { InfiniteData } from "@tanstack/react-query";
import type { Task, TaskPage } from "@/lib/api/client";
import { belongs, compare, type Selection } from "./selection";

export type LoadedTasks = InfiniteData<TaskPage, string | null>;

/**
 * Put what became of one task into the pages of a list that are loaded.
 *
 * @param task the task as it is now; null when it is no more.
 * @returns null when only the backend can tell whether, and where, the task belongs.
 */
export function placeTask(
  loaded: LoadedTasks,
  taskId: string,
  task: Task | null,
  selection: Selection,
  now = new Date(),
): LoadedTasks | null {
  if (task && selection.search !== "") return null;
  const pages = loaded.pages.map((page) => ({
    ...page,
    items: page.items.filter(({ id }) => id !== taskId),
  }));
  if (task && belongs(task, selection, now)) insert(pages, task, selection);
  return { ...loaded, pages };
}

function insert(pages: TaskPage[], task: Task, { sort }: Selection): void {
  for (const page of pages) {
    const place = page.items.findIndex((other) => compare(task, other, sort) <= 0);
    if (place >= 0) {
      page.items.splice(place, 0, task);
      return;
    }
  }
  // Behind the last task that is loaded: a page that is not loaded yet may be its place.
  const last = pages.at(-1);
  if (last?.next_cursor === null) last.items.push(task);
}
