import { ActivityIcon, BellIcon, ChatIcon, TasksIcon } from "@/components/icons";

/**
 * The pages a person goes between; the letter follows `g` on the keyboard.
 *
 * No letter is a key of its own on a page: both would act.
 */
export const PAGES = [
  { title: "Tasks", address: "/", letter: "t", Icon: TasksIcon },
  { title: "Chat", address: "/chat", letter: "c", Icon: ChatIcon },
  { title: "Activity", address: "/activity", letter: "a", Icon: ActivityIcon },
  { title: "Notices", address: "/notices", letter: "b", Icon: BellIcon },
] as const;

/** Tell whether an address belongs to a page of the navigation. */
export function isWithin(address: string, pathname: string): boolean {
  return address === "/" ? pathname === "/" : `${pathname}/`.startsWith(`${address}/`);
}
