"use client";

import { type SubmitEvent, useRef, useState } from "react";
import type { MadeToken, TokenDraft } from "@/lib/api/client";
import { findNameProblem, LIFETIMES, SCOPES } from "@/lib/tokens/messages";

interface Props {
  make: (draft: TokenDraft) => Promise<MadeToken>;
  onMade: (made: MadeToken) => void;
}

/** Ask what a new token is for, what it may do and how long it lasts. */
export function MakeToken({ make, onMade }: Props) {
  const name = useRef<HTMLInputElement>(null);
  const [nameProblem, setNameProblem] = useState("");
  const [problem, setProblem] = useState("");
  const [sending, setSending] = useState(false);

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (sending) return;
    const given = new FormData(event.currentTarget);
    const draft = {
      name: String(given.get("name")).trim(),
      scope: String(given.get("scope")) as NonNullable<TokenDraft["scope"]>,
      days: Number(given.get("days")),
    };
    const found = findNameProblem(draft.name);
    setNameProblem(found);
    setProblem("");
    if (found) {
      name.current?.focus();
      return;
    }
    setSending(true);
    try {
      onMade(await make(draft));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setSending(false);
    }
  }

  return (
    <form noValidate onSubmit={submit} aria-labelledby="make" className="card space-y-5 p-5">
      <h2 id="make" className="font-semibold">
        Make a token
      </h2>
      <div className="space-y-1.5">
        <label htmlFor="token-name" className="text-sm font-medium">
          Name
        </label>
        <input
          ref={name}
          id="token-name"
          name="name"
          autoComplete="off"
          required
          placeholder="Editor on the laptop"
          aria-invalid={nameProblem ? true : undefined}
          aria-describedby={nameProblem ? "token-name-problem" : undefined}
          className="w-full rounded-lg border border-control bg-surface px-3 py-2 aria-[invalid]:border-danger"
        />
        {nameProblem && (
          <p id="token-name-problem" role="alert" className="text-sm text-danger">
            {nameProblem}
          </p>
        )}
      </div>
      <fieldset className="space-y-2">
        <legend className="mb-1.5 text-sm font-medium">What it may do</legend>
        {SCOPES.map(([value, title, hint]) => (
          <div key={value} className="flex items-start gap-2.5 text-sm">
            <input
              type="radio"
              id={`scope-${value}`}
              name="scope"
              value={value}
              defaultChecked={value === "read"}
              aria-describedby={`scope-${value}-hint`}
              className="mt-0.5 size-4 accent-accent"
            />
            <div>
              <label htmlFor={`scope-${value}`}>{title}</label>
              <p id={`scope-${value}-hint`} className="text-muted">
                {hint}
              </p>
            </div>
          </div>
        ))}
      </fieldset>
      <div className="flex flex-wrap items-end justify-between gap-4">
        <label className="space-y-1.5 text-sm font-medium">
          <span className="block">Expires after</span>
          <select name="days" defaultValue={90} className="field font-normal">
            {LIFETIMES.map(([days, words]) => (
              <option key={days} value={days}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" className="button-primary" aria-disabled={sending}>
          {sending ? "Making the token…" : "Make token"}
        </button>
      </div>
      {problem && (
        <p role="alert" className="text-sm text-danger">
          {problem}
        </p>
      )}
    </form>
  );
}
