"use client";

import { Dialog } from "@/components/dialog";
import { useShortcutsPreference } from "@/hooks/use-shortcuts";
import { PAGES } from "./pages";

const GROUPS: readonly { title: string; keys: readonly (readonly [string, string])[] }[] = [
  {
    title: "Anywhere",
    keys: [
      ...PAGES.map(({ letter, title }) => [`g ${letter}`, `Go to ${title.toLowerCase()}`] as const),
      ["?", "Show this list"],
    ],
  },
  {
    title: "Tasks",
    keys: [
      ["n", "Add a task"],
      ["/", "Search"],
      ["j", "Next task"],
      ["k", "Task before"],
    ],
  },
  {
    title: "On a task",
    keys: [
      ["x", "Complete or reopen"],
      ["Enter", "Open"],
      ["Delete", "Delete, with a way back"],
    ],
  },
  {
    title: "Chat",
    keys: [
      ["Enter", "Send"],
      ["Shift Enter", "New line"],
    ],
  },
];

/** List what the keyboard can do, and let a person switch single keys off. */
export function ShortcutsHelp({ onClose }: { onClose: () => void }) {
  const [enabled, setEnabled] = useShortcutsPreference();
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <div className="grid gap-x-10 gap-y-6 sm:grid-cols-2">
        {GROUPS.map((group) => (
          <section key={group.title}>
            <h3 className="mb-2 text-sm font-medium text-muted">{group.title}</h3>
            <dl className="space-y-2 text-sm">
              {group.keys.map(([keys, meaning]) => (
                <div key={keys} className="flex items-center justify-between gap-4">
                  <dt className="order-last flex gap-1">
                    {keys.split(" ").map((key) => (
                      <kbd
                        key={key}
                        className="min-w-6 rounded-md border border-line bg-sunken px-1.5 py-0.5 text-center font-sans text-xs"
                      >
                        {key}
                      </kbd>
                    ))}
                  </dt>
                  <dd>{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <label className="mt-6 flex items-center gap-3 border-t border-line pt-4 text-sm">
        <input
          type="checkbox"
          className="size-4 accent-accent"
          checked={enabled}
          onChange={(event) => setEnabled(event.target.checked)}
        />
        Act on single keys
      </label>
    </Dialog>
  );
}
