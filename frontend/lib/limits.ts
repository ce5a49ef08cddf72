/** The most characters of what a person writes, as the backend takes them. */
export const LIMITS = {
  message: 2000,
  title: 200,
  description: 5000,
  tag: 40,
  search: 200,
} as const;

/** Count the characters above a limit; 0 for what fits. White space around is not sent. */
export function excessOf(text: string, limit: number): number {
  // Counted as the backend does: an emoji is one character, but two of JavaScript's.
  return Math.max(0, [...text.trim()].length - limit);
}
