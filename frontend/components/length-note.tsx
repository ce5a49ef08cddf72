import { excessOf } from "@/lib/limits";

const FORMAT = new Intl.NumberFormat("en-GB");

interface Props {
  /** Named by the field's aria-describedby. */
  id: string;
  text: string;
  limit: number;
}

/** Say that a text does not fit, instead of cutting it off without a word. */
export function LengthNote({ id, text, limit }: Props) {
  const excess = excessOf(text, limit);
  return (
    // There before it speaks, or a screen reader says nothing.
    <p id={id} role="status" className={excess ? "text-sm text-danger" : "sr-only"}>
      {excess > 0 &&
        `Too long by ${FORMAT.format(excess)}: at most ${FORMAT.format(limit)} characters fit. Nothing was cut.`}
    </p>
  );
}
