"use client";

import { type ReactNode, useEffect, useId, useRef } from "react";
import { CloseIcon } from "./icons";

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/**
 * Show something over the page until it is closed; the browser keeps the focus inside and gives it
 * back afterwards.
 *
 * `onClose` may decline, as a form with unsaved words does: the dialog stays until it is unmounted.
 */
export function Dialog({ title, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    return () => {
      element?.close();
      // Unmounting comes too late for the browser's own way back.
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);

  return (
    <dialog
      ref={dialog}
      aria-labelledby={heading}
      className="m-0 mt-auto max-h-[92dvh] w-full max-w-full overflow-y-auto rounded-t-2xl border border-line bg-surface p-0 text-ink shadow-2xl backdrop:bg-black/40 motion-safe:animate-rise sm:m-auto sm:max-w-xl sm:rounded-2xl"
      // Escape is taken as a key: a browser does not let its second `cancel` in a row be declined.
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        onClose();
      }}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      // The dialog itself is only hit beside its content: on the backdrop.
      onPointerDown={(event) => event.target === event.currentTarget && onClose()}
    >
      <div className="p-5 sm:p-6">
        <div className="mb-4 flex items-center justify-between gap-4">
          <h2 id={heading} className="text-lg font-semibold tracking-tight">
            {title}
          </h2>
          <button type="button" aria-label="Close" className="icon-button -m-2" onClick={onClose}>
            <CloseIcon />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}
