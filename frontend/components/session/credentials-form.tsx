"use client";

import { type SubmitEvent, useState } from "react";
import { useHydrated } from "@/hooks/use-hydrated";
import { describeRefusal, findMissing, type Problem, type Refusal } from "@/lib/session/messages";
import { enter, leaveForSignIn } from "@/lib/session/navigation";
import { ErrorSummary } from "./error-summary";
import { Field, type FieldProps } from "./field";

type Values = Record<FieldProps["name"], string>;

interface Props {
  fields: readonly FieldProps[];
  action: string;
  /** The button's text while it is under way. */
  busy: string;
  /** The page to go to afterwards. */
  to: string;
  send: (values: Values) => Promise<{ error: Refusal | null }>;
}

/** Ask who somebody is, say what is wrong with the answer, and let them in. */
export function CredentialsForm({ fields, action, busy, to, send }: Props) {
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [sending, setSending] = useState(false);
  const hydrated = useHydrated();

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (sending) return;
    const given = new FormData(event.currentTarget);
    const values = Object.fromEntries(
      fields.map(({ name }) => [name, String(given.get(name) ?? "")]),
    ) as Values;
    const missing = findMissing(values);
    setProblems(missing);
    if (missing.length > 0) return;
    setSending(true);
    const { error } = await send(values).catch(() => ({ error: {} as Refusal }));
    if (error?.code === "UNAUTHORIZED") return leaveForSignIn();
    if (error) {
      setProblems([describeRefusal(error)]);
      setSending(false);
      return;
    }
    // Still sending, as far as the button is concerned, until the next page is there.
    enter(to);
  }

  return (
    // Nothing is sent before the script is there: the page would come again without what was typed.
    // By POST, so that a browser which does so all the same puts no password into an address.
    <form method="post" noValidate onSubmit={submit} className="space-y-5">
      <ErrorSummary problems={problems} />
      {fields.map((field) => (
        <Field
          key={field.name}
          {...field}
          problem={problems.find((problem) => problem.field === field.name)?.text}
        />
      ))}
      <button
        type="submit"
        className="button-primary w-full py-2.5"
        disabled={!hydrated}
        aria-disabled={sending}
      >
        {sending ? busy : action}
      </button>
    </form>
  );
}
