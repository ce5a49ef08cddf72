import { isLeaving } from "@/lib/session/navigation";

interface Guarded {
  /** The page that holds unsaved words, as the browser's history has it. */
  state: unknown;
  address: string;
  ask: () => void;
}

let guarded: Guarded | undefined;
let watched: Window | undefined;

/**
 * Stand before the router at the browser's Back and Forward.
 *
 * Called before the router listens: of one window a browser tells its listeners in the order they
 * came, and the router takes the page away before the next one hears of it.
 */
export function watchHistory(): void {
  if (typeof window === "undefined" || watched === window) return;
  watched = window;
  window.addEventListener("popstate", (event) => {
    if (!guarded) return;
    event.stopImmediatePropagation();
    // What a step back took is put where it was.
    window.history.pushState(guarded.state, "", guarded.address);
    guarded.ask();
  });
  window.addEventListener("beforeunload", (event) => {
    // Whoever was signed out has to go.
    if (guarded && !isLeaving()) event.preventDefault();
  });
}

/** Hold the page that is shown, until the returned function is called. */
export function holdPage(ask: () => void): () => void {
  const mine = { state: window.history.state, address: window.location.href, ask };
  guarded = mine;
  return () => {
    if (guarded === mine) guarded = undefined;
  };
}
