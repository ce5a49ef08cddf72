import Link from "next/link";
import type { ReactNode } from "react";

interface Props {
  title: string;
  /** Leads to the other page; nothing where its title says enough. */
  question?: string;
  other: { title: string; address: string };
  children: ReactNode;
}

/** Surround a form about who one is, and show the way to another page. */
export function SessionFrame({ title, question, other, children }: Props) {
  return (
    <main className="mx-auto max-w-sm px-4 pt-12 pb-32 sm:pt-24">
      <h1 className="mb-6 text-3xl font-semibold tracking-tight">{title}</h1>
      {children}
      <p className="mt-6 text-sm text-muted">
        {question && `${question} `}
        <Link href={other.address} className="font-medium text-accent underline">
          {other.title}
        </Link>
      </p>
    </main>
  );
}
