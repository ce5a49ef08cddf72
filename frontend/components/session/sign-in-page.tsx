"use client";

import { authClient } from "@/lib/auth-client";
import { withReturn } from "@/lib/session/return-path";
import { CredentialsForm } from "./credentials-form";
import { SessionFrame } from "./session-frame";

const FIELDS = [
  { name: "email", label: "E-mail", type: "email", autoComplete: "username" },
  { name: "password", label: "Password", type: "password", autoComplete: "current-password" },
] as const;

/** The page of those who have an account. */
export function SignInPage({ to }: { to: string }) {
  return (
    <SessionFrame
      title="Sign in"
      question="No account yet?"
      other={{ title: "Create one", address: withReturn("/sign-up", to) }}
    >
      <CredentialsForm
        fields={FIELDS}
        action="Sign in"
        busy="Signing in…"
        to={to}
        send={({ email, password }) => authClient.signIn.email({ email: email.trim(), password })}
      />
    </SessionFrame>
  );
}
