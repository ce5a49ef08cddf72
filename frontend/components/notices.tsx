"use client";

import { useEffect } from "react";
import type { Notice } from "@/lib/use-notices";
import { CloseIcon } from "./icons";

const SECONDS_SHOWN = 8;

interface Props {
  notices: readonly Notice[];
  onDismiss: (id: number) => void;
}

/** Show what just happened, at the foot of the page; a screen reader hears it. */
export function Notices({ notices, onDismiss }: Props) {
  return (
    <div
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 bottom-0 flex flex-col items-center gap-2 p-4"
    >
      {notices.map((notice) => (
        <NoticeCard key={notice.id} notice={notice} onDismiss={() => onDismiss(notice.id)} />
      ))}
    </div>
  );
}

function NoticeCard({ notice, onDismiss }: { notice: Notice; onDismiss: () => void }) {
  const { tone, text, detail, action } = notice;
  useEffect(() => {
    if (tone === "error") return;
    const timer = setTimeout(onDismiss, SECONDS_SHOWN * 1000);
    return () => clearTimeout(timer);
  });

  if (tone === "spoken") return <p className="sr-only">{text}</p>;
  return (
    <div
      role={tone === "error" ? "alert" : undefined}
      className="pointer-events-auto flex w-full max-w-md items-center gap-2 rounded-xl border border-line bg-surface py-2 pr-2 pl-4 text-sm shadow-lg"
    >
      <div className="min-w-0 grow break-words">
        <p className={tone === "error" ? "font-medium text-danger" : ""}>{text}</p>
        {detail && <p className="text-muted">{detail}</p>}
      </div>
      {action && (
        <button
          type="button"
          className="shrink-0 rounded-lg px-3 py-2 font-medium text-accent hover:bg-sunken"
          onClick={() => {
            action.run();
            onDismiss();
          }}
        >
          {action.label}
        </button>
      )}
      <button type="button" aria-label="Dismiss" className="icon-button" onClick={onDismiss}>
        <CloseIcon />
      </button>
    </div>
  );
}
