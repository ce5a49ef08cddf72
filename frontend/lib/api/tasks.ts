import { api, type Changes, type Draft, present, type Task, type TaskPage } from "./client";
import type { operations } from "./schema";

const PAGE_SIZE = 50;

/** Filters and order of a list of tasks, as the backend takes them. */
export type TaskQuery = Omit<
  NonNullable<operations["list_tasks"]["parameters"]["query"]>,
  "cursor" | "limit"
>;

/** Ask who the caller is. */
export async function readUser(signal: AbortSignal) {
  return present((await api.GET("/api/me", { signal })).data);
}

/** Read one page of tasks; `cursor` comes from the page before. */
export async function listTasks(
  userId: string,
  query: TaskQuery,
  cursor: string | null,
  signal: AbortSignal,
): Promise<TaskPage> {
  const { data } = await api.GET("/api/{user_id}/tasks", {
    params: {
      path: { user_id: userId },
      query: { ...query, limit: PAGE_SIZE, ...(cursor !== null && { cursor }) },
    },
    signal,
  });
  return present(data);
}

/** Read one task as it is now. */
export async function readTask(
  userId: string,
  taskId: string,
  signal?: AbortSignal,
): Promise<Task> {
  const { data } = await api.GET("/api/{user_id}/tasks/{task_id}", {
    params: { path: { user_id: userId, task_id: taskId } },
    ...(signal && { signal }),
  });
  return present(data);
}

/** Add a task. */
export async function createTask(userId: string, draft: Draft): Promise<Task> {
  const { data } = await api.POST("/api/{user_id}/tasks", {
    params: { path: { user_id: userId } },
    body: draft,
  });
  return present(data);
}

/**
 * Change some fields of a task.
 *
 * With `version` the backend refuses (412) when someone changed the task since it was read;
 * without it the change applies to whatever is there now.
 */
export async function changeTask(
  userId: string,
  taskId: string,
  changes: Changes,
  version?: number,
): Promise<Task> {
  const { data } = await api.PATCH("/api/{user_id}/tasks/{task_id}", {
    params: {
      path: { user_id: userId, task_id: taskId },
      ...(version !== undefined && { header: { "If-Match": `"${version}"` } }),
    },
    body: changes,
  });
  return present(data);
}

/** Delete a task. */
export async function deleteTask(userId: string, taskId: string): Promise<void> {
  await api.DELETE("/api/{user_id}/tasks/{task_id}", {
    params: { path: { user_id: userId, task_id: taskId } },
  });
}
