/** One conversation; the layout shows it. */
export default function Page() {
  return null;
}
