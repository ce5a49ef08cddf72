"use client";

import { ConfirmDialog } from "@/components/confirm-dialog";
import type { PersonalToken } from "@/lib/api/client";

interface Props {
  token: PersonalToken;
  onConfirm: () => Promise<void>;
  onClose: () => void;
}

/** Ask before a token is revoked. */
export function RevokeToken({ token, onConfirm, onClose }: Props) {
  return (
    <ConfirmDialog
      title="Revoke this token?"
      action="Revoke"
      onConfirm={onConfirm}
      onClose={onClose}
    >
      The program that uses “{token.name}” is refused from now on. A revoked token does not come
      back; you can make another.
    </ConfirmDialog>
  );
}
