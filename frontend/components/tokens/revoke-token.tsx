"use client";

import { useState } from "react";
import { Dialog } from "@/components/dialog";
import type { PersonalToken } from "@/lib/api/client";

interface Props {
  token: PersonalToken;
  onConfirm: () => Promise<void>;
  onClose: () => void;
}

/** Ask before a token is revoked: there is no way back. */
export function RevokeToken({ token, onConfirm, onClose }: Props) {
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
    <Dialog title="Revoke this token?" onClose={onClose}>
      <p className="break-words">
        The program that uses “{token.name}” is refused from now on. A revoked token does not come
        back; you can make another.
      </p>
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
          Revoke
        </button>
      </div>
    </Dialog>
  );
}
