"use client";

import { useEffect, useRef } from "react";
import type { Toast } from "@/lib/toast";
import { CloseIcon } from "../icons";

const SECONDS_SHOWN = 8;

interface Props {
  toasts: readonly Toast[];
  onDismiss: (id: number) => void;
}

/** Show what just happened, at the foot of the page; a screen reader hears it. */
export function ToastList({ toasts, onDismiss }: Props) {
  return (
    <div
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 bottom-[calc(var(--bar)+env(safe-area-inset-bottom))] z-30 flex flex-col items-center gap-2 p-4 lg:pl-64"
    >
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} onDismiss={() => onDismiss(toast.id)} />
      ))}
    </div>
  );
}

function ToastCard({ toast, onDismiss }: { toast: Toast; onDismiss: () => void }) {
  const { tone, text, detail, action } = toast;
  const card = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (tone === "error") return;
    const timer = setInterval(() => {
      // Whoever reads it or reaches for its button is not hurried.
      if (!card.current?.matches(":hover, :focus-within")) onDismiss();
    }, SECONDS_SHOWN * 1000);
    return () => clearInterval(timer);
  });

  if (tone === "spoken") return <p className="sr-only">{text}</p>;
  return (
    <div
      ref={card}
      role={tone === "error" ? "alert" : undefined}
      className="pointer-events-auto flex w-full max-w-md items-center gap-1 rounded-xl border border-line bg-raised py-1.5 pr-1.5 pl-4 text-sm shadow-lg motion-safe:animate-rise"
    >
      <div className="min-w-0 grow py-1 break-words">
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
