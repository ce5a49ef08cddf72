"use client";

import { describeField, FIELD_NAMES, type TaskForm } from "@/lib/tasks/form";

interface Props {
  mine: TaskForm;
  theirs: TaskForm;
  fields: readonly (keyof TaskForm)[];
  onMine: () => void;
  onTheirs: () => void;
}

/** Set both versions of what two people changed at a time side by side, and let one be chosen. */
export function TaskConflict({ mine, theirs, fields, onMine, onTheirs }: Props) {
  return (
    <div role="alert" className="rounded-xl border border-warning p-4 text-sm">
      <p className="font-medium">Somebody changed this task while you were writing.</p>
      <table className="mt-3 w-full table-fixed text-left">
        <thead className="text-muted">
          <tr>
            <th scope="col" className="w-24 pb-1 font-normal">
              <span className="sr-only">Field</span>
            </th>
            <th scope="col" className="pb-1 font-normal">
              Yours
            </th>
            <th scope="col" className="pb-1 font-normal">
              Theirs
            </th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <tr key={field} className="align-top">
              <th scope="row" className="py-1 font-normal text-muted">
                {FIELD_NAMES[field]}
              </th>
              <td className="py-1 pr-3 break-words">{describeField(mine, field)}</td>
              <td className="py-1 break-words">{describeField(theirs, field)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="mt-4 flex flex-wrap justify-end gap-2">
        <button type="button" className="button-quiet" onClick={onTheirs}>
          Take theirs
        </button>
        <button type="button" className="button-primary" onClick={onMine}>
          Save mine
        </button>
      </div>
    </div>
  );
}
