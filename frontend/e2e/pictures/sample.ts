import type { Draft } from "../../lib/api/client";

/** Tasks somebody might have in the last week of March 2026. */
export const TASKS: readonly Draft[] = [
  {
    title: "Renew the passport",
    description: "Photos are in the drawer; the form is online.",
    due_at: "2026-03-23T22:59:59Z",
    priority: "high",
    tags: ["home"],
  },
  {
    title: "Call the dentist",
    due_at: "2026-03-25T15:30:00Z",
    priority: "normal",
    tags: ["health"],
  },
  {
    title: "Send the quarterly figures to Ann",
    due_at: "2026-03-25T22:59:59Z",
    priority: "high",
    tags: ["work"],
  },
  {
    title: "Water the plants on the balcony",
    due_at: "2026-03-26T07:00:00Z",
    priority: "normal",
    tags: ["home"],
  },
  {
    title: "Book the train to Ghent",
    description: "Window seat, quiet car",
    due_at: "2026-03-28T09:00:00Z",
    priority: "normal",
    tags: ["travel"],
  },
  { title: "Plan the summer holiday", priority: "low", tags: ["travel", "family"] },
  { title: "Buy milk, eggs and coffee", priority: "normal", tags: ["shopping"] },
];
