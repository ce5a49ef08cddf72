import type { ReactNode } from "react";

interface Props {
  title: string;
  hint: ReactNode;
  /** Something that can be done about it. */
  children?: ReactNode;
}

/** Say why there is nothing to see, and what comes next. */
export function EmptyState({ title, hint, children }: Props) {
  return (
    <div className="rounded-2xl border border-dashed border-line px-6 py-14 text-center">
      <div role="status">
        <p className="font-medium">{title}</p>
        <p className="mx-auto mt-1 max-w-prose text-sm break-words text-muted">{hint}</p>
      </div>
      {children && <div className="mt-5 flex justify-center gap-2">{children}</div>}
    </div>
  );
}
