"use client";

import { authClient } from "@/lib/auth-client";
import { MINIMUM_PASSWORD } from "@/lib/session/messages";
import { CredentialsForm } from "./credentials-form";
import { SessionFrame } from "./session-frame";

const FIELDS = [
  {
    name: "current",
    label: "Current password",
    type: "password",
    autoComplete: "current-password",
  },
  {
    name: "password",
    label: "New password",
    type: "password",
    autoComplete: "new-password",
    hint: `${MINIMUM_PASSWORD} characters or more. You stay signed in here, and nowhere else; programs go on with your tokens until you revoke those.`,
  },
] as const;

/** The page of those who want another password. */
export function PasswordPage() {
  return (
    <SessionFrame title="Change password" other={{ title: "Back to your tasks", address: "/" }}>
      <CredentialsForm
        fields={FIELDS}
        action="Change password"
        busy="Changing password…"
        to="/"
        send={({ current, password }) =>
          authClient.changePassword({
            currentPassword: current,
            newPassword: password,
            revokeOtherSessions: true,
          })
        }
      />
    </SessionFrame>
  );
}
