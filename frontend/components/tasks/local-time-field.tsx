"use client";

import { type LocalTime, NO_TIME } from "@/lib/tasks/moment";

interface Props {
  label: string;
  value: LocalTime;
  onChange: (value: LocalTime) => void;
}

/** Fill in a day and, once there is one, a time of it. */
export function LocalTimeField({ label, value, onChange }: Props) {
  return (
    <>
      <input
        type="date"
        aria-label={`${label} date`}
        className="field"
        value={value.day}
        max="2100-12-31"
        onChange={({ target }) =>
          onChange(target.value ? { ...value, day: target.value } : NO_TIME)
        }
      />
      {value.day && (
        <input
          type="time"
          aria-label={`${label} time`}
          className="field"
          value={value.time}
          onChange={({ target }) => onChange({ ...value, time: target.value })}
        />
      )}
    </>
  );
}
