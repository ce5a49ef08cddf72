import { ChevronIcon } from "./icons";

interface Props<T extends string> {
  label: string;
  value: T;
  /** The value that narrows nothing; any other is shown as chosen. */
  usual: T;
  options: readonly (readonly [T, string])[];
  onChange: (value: T) => void;
}

/** Choose one of a few, in little room. */
export function PillSelect<T extends string>({ label, value, usual, options, onChange }: Props<T>) {
  return (
    <span
      className={`relative inline-flex items-center ${value === usual ? "text-muted" : "text-accent"}`}
    >
      <select
        aria-label={label}
        className={`pill-select ${value === usual ? "border-line bg-surface" : "border-transparent bg-accent-soft font-medium"}`}
        value={value}
        onChange={({ target }) => onChange(target.value as T)}
      >
        {options.map(([option, name]) => (
          <option key={option} value={option}>
            {name}
          </option>
        ))}
      </select>
      <span className="pointer-events-none absolute right-2">
        <ChevronIcon />
      </span>
    </span>
  );
}
