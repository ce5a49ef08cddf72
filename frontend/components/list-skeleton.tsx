/** Hold the place of a list that is being read. */
export function ListSkeleton({ label }: { label: string }) {
  return (
    <div role="status" className="divide-y divide-line rounded-2xl border border-line bg-surface">
      <span className="sr-only">{label}</span>
      {["w-2/3", "w-1/2", "w-3/5"].map((width) => (
        <div key={width} className="flex items-center gap-4 px-4 py-5 motion-safe:animate-pulse">
          <div className="size-5 rounded-full bg-sunken" />
          <div className={`h-4 rounded bg-sunken ${width}`} />
        </div>
      ))}
    </div>
  );
}
