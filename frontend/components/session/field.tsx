"use client";

import { useState } from "react";
import type { Problem } from "@/lib/session/messages";

export interface FieldProps {
  name: NonNullable<Problem["field"]>;
  label: string;
  type: "text" | "email" | "password";
  autoComplete: string;
  hint?: string;
  problem?: string | undefined;
}

/** One thing to fill in, with its label, what is accepted, and what is wrong with it. */
export function Field({ name, label, type, autoComplete, hint, problem }: FieldProps) {
  const [shown, setShown] = useState(false);
  const described = [hint && `${name}-hint`, problem && `${name}-problem`].filter(Boolean);
  return (
    <div className="space-y-1.5">
      <div className="flex items-baseline justify-between">
        <label htmlFor={name} className="text-sm font-medium">
          {label}
        </label>
        {type === "password" && (
          <button
            type="button"
            className="rounded px-1 text-sm text-muted hover:text-ink"
            aria-label={shown ? "Hide password" : "Show password"}
            aria-controls={name}
            onClick={() => setShown(!shown)}
          >
            {shown ? "Hide" : "Show"}
          </button>
        )}
      </div>
      {hint && (
        <p id={`${name}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
      {problem && (
        <p id={`${name}-problem`} className="text-sm text-danger">
          {problem}
        </p>
      )}
      <input
        id={name}
        name={name}
        type={shown ? "text" : type}
        autoComplete={autoComplete}
        autoCapitalize={type === "text" ? undefined : "none"}
        spellCheck={false}
        required
        aria-invalid={problem ? true : undefined}
        aria-describedby={described.join(" ") || undefined}
        className="w-full rounded-lg border border-control bg-surface px-3 py-2.5 aria-[invalid]:border-danger"
      />
    </div>
  );
}
