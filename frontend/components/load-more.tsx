interface Props {
  query: {
    error: Error | null;
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    fetchNextPage: () => unknown;
  };
}

/** Offer the next page while there is one. */
export function LoadMore({ query }: Props) {
  if (!query.hasNextPage || query.error) return null;
  return (
    <button
      type="button"
      className="button-quiet mx-auto block"
      aria-disabled={query.isFetchingNextPage}
      onClick={() => !query.isFetchingNextPage && query.fetchNextPage()}
    >
      {query.isFetchingNextPage ? "Loading…" : "Load more"}
    </button>
  );
}
