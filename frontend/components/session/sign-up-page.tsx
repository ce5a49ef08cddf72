"use client";

import { authClient } from "@/lib/auth-client";
import { MINIMUM_PASSWORD } from "@/lib/session/messages";
import { withReturn } from "@/lib/session/return-path";
import { CredentialsForm } from "./credentials-form";
import { SessionFrame } from "./session-frame";

const FIELDS = [
  { name: "name", label: "Name", type: "text", autoComplete: "name" },
  { name: "email", label: "E-mail", type: "email", autoComplete: "email" },
  {
    name: "password",
    label: "Password",
    type: "password",
    autoComplete: "new-password",
    hint: `${MINIMUM_PASSWORD} characters or more.`,
  },
] as const;

/** The page of those who come for the first time. */
export function SignUpPage({ to }: { to: string }) {
  return (
    <SessionFrame
      title="Create an account"
      question="You have one?"
      other={{ title: "Sign in", address: withReturn("/sign-in", to) }}
    >
      <CredentialsForm
        fields={FIELDS}
        action="Create account"
        busy="Creating account…"
        to={to}
        send={({ name, email, password }) =>
          authClient.signUp.email({ name, email: email.trim(), password })
        }
      />
    </SessionFrame>
  );
}
