"use client";

import { type ReactNode, useState } from "react";
import { Dialog } from "./dialog";

interface Props {
  title: string;
  /** What the button says that goes ahead. */
  action: string;
  /** What cannot be done throws; its words are shown, and the question stays. */
  onConfirm: () => Promise<void>;
  onClose: () => void;
  children: ReactNode;
}

/** Ask before something goes for good: there is no way back. */
export function ConfirmDialog({ title, action, onConfirm, onClose, children }: Props) {
  const [problem, setProblem] = useState("");

  async function confirm() {
    setProblem("");
    try {
      await onConfirm();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  }

  return (
    <Dialog title={title} onClose={onClose}>
      <p className="break-words">{children}</p>
      {problem && (
        <p role="alert" className="mt-3 text-sm text-danger">
          {problem}
        </p>
      )}
      <div className="mt-6 flex justify-end gap-2">
        <button type="button" className="button-quiet" onClick={onClose}>
          Keep it
        </button>
        <button type="button" className="button-primary bg-danger" onClick={confirm}>
          {action}
        </button>
      </div>
    </Dialog>
  );
}
