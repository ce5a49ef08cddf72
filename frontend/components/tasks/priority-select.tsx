import type { Priority } from "@/lib/api/client";
import { PRIORITIES } from "@/lib/tasks/selection";

export const PRIORITY_NAMES: Record<Priority, string> = {
  high: "High priority",
  normal: "Normal priority",
  low: "Low priority",
};

interface Props {
  value: Priority;
  onChange: (priority: Priority) => void;
}

/** Choose how much a task matters. */
export function PrioritySelect({ value, onChange }: Props) {
  return (
    <select
      aria-label="Priority"
      className="field"
      value={value}
      onChange={({ target }) => onChange(target.value as Priority)}
    >
      {PRIORITIES.map((priority) => (
        <option key={priority} value={priority}>
          {PRIORITY_NAMES[priority]}
        </option>
      ))}
    </select>
  );
}
