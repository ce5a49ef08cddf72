"use client";

import { ChatIcon } from "@/components/icons";

const SUGGESTIONS = [
  "Remind me to call Ann tomorrow at 5pm",
  "What is due this week?",
  "Add buy milk, due tomorrow",
  "What did I finish?",
];

/** Show what can be said, where nothing was said yet. */
export function Suggestions({ onChoose }: { onChoose: (text: string) => void }) {
  return (
    <div className="pt-[8vh] text-center">
      <span className="mx-auto grid size-12 place-items-center rounded-2xl bg-accent-soft text-xl text-accent">
        <ChatIcon />
      </span>
      <h2 className="mt-4 text-xl font-semibold tracking-tight">What is to be done?</h2>
      <p className="mx-auto mt-1 max-w-prose text-muted">
        Say it as you would to a person. The assistant adds, finds, changes and completes your
        tasks, and asks before it deletes one.
      </p>
      <ul className="mx-auto mt-6 grid max-w-xl gap-2 sm:grid-cols-2">
        {SUGGESTIONS.map((text) => (
          <li key={text}>
            <button
              type="button"
              className="card h-full w-full px-4 py-3 text-left text-sm shadow-xs hover:border-control"
              onClick={() => onChoose(text)}
            >
              {text}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
