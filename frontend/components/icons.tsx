import type { ReactNode } from "react";

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 16 16"
      className="size-[1.25em] shrink-0"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {children}
    </svg>
  );
}

export const CheckIcon = () => (
  <Icon>
    <path d="m3.5 8.5 3 3 6-7" strokeWidth="2" />
  </Icon>
);

export const CloseIcon = () => (
  <Icon>
    <path d="m4 4 8 8M12 4l-8 8" />
  </Icon>
);

export const PencilIcon = () => (
  <Icon>
    <path d="m10.5 3 2.5 2.5L6 12.5l-3 .5.5-3Z" />
  </Icon>
);

export const SearchIcon = () => (
  <Icon>
    <circle cx="7" cy="7" r="4" />
    <path d="m10 10 3.5 3.5" />
  </Icon>
);

export const TrashIcon = () => (
  <Icon>
    <path d="M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.5 9h6l.5-9M7 7v4M9 7v4" />
  </Icon>
);

export const PlusIcon = () => (
  <Icon>
    <path d="M8 3v10M3 8h10" />
  </Icon>
);

export const CalendarIcon = () => (
  <Icon>
    <rect x="2.5" y="3.5" width="11" height="10" rx="2" />
    <path d="M5.5 2v3M10.5 2v3M2.5 7h11" />
  </Icon>
);

export const FlagIcon = () => (
  <Icon>
    <path d="M4 14V3q2-1 4 0t4 0v6q-2 1-4 0t-4 0" />
  </Icon>
);

export const TasksIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="5.75" />
    <path d="m5.5 8.25 1.75 1.75L10.5 6" />
  </Icon>
);

export const ChatIcon = () => (
  <Icon>
    <path d="M3.5 2.75h9a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1H8l-3.25 2.5v-2.5H3.5a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1Z" />
  </Icon>
);

export const ActivityIcon = () => (
  <Icon>
    <path d="M2 8.5h2.5l2-5.5 3 10 2-4.5H14" />
  </Icon>
);

export const BellIcon = () => (
  <Icon>
    <path d="M4 7a4 4 0 0 1 8 0c0 3 1.25 4 1.25 4H2.75S4 10 4 7ZM6.75 13.5a1.5 1.5 0 0 0 2.5 0" />
  </Icon>
);

export const KeyboardIcon = () => (
  <Icon>
    <rect x="1.5" y="4" width="13" height="8" rx="1.5" />
    <path d="M4.5 6.75h0M7 6.75h0M9.25 6.75h0M11.5 6.75h0M5 9.5h6" />
  </Icon>
);

export const ChevronIcon = () => (
  <Icon>
    <path d="m5 6.5 3 3 3-3" />
  </Icon>
);

export const ListIcon = () => (
  <Icon>
    <path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h7" />
  </Icon>
);

export const ArrowUpIcon = () => (
  <Icon>
    <path d="M8 13V3.5M4 7.25l4-4 4 4" />
  </Icon>
);

export const ArrowDownIcon = () => (
  <Icon>
    <path d="M8 3v9.5M4 8.75l4 4 4-4" />
  </Icon>
);

export const StopIcon = () => (
  <Icon>
    <rect x="4.5" y="4.5" width="7" height="7" rx="1" fill="currentColor" />
  </Icon>
);

export const DotIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="3" fill="currentColor" />
  </Icon>
);
