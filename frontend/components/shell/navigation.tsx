"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { KeyboardIcon } from "@/components/icons";
import { Logo } from "@/components/logo";
import { Account } from "./account";
import { isWithin, PAGES } from "./pages";

/** The way between pages: beside them on a wide screen, at the foot of a narrow one. */
export function Navigation({ unread, onHelp }: { unread: number; onHelp: () => void }) {
  const pathname = usePathname();
  return (
    <header className="fixed inset-x-0 bottom-0 z-20 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] lg:inset-y-0 lg:right-auto lg:flex lg:w-60 lg:flex-col lg:border-t-0 lg:border-r lg:bg-transparent lg:p-4">
      <p className="hidden items-center gap-2.5 px-3 pt-2 pb-6 text-lg font-semibold tracking-tight lg:flex">
        <Logo /> Todo
      </p>
      <nav aria-label="Pages">
        <ul className="grid h-(--bar) auto-cols-fr grid-flow-col lg:block lg:h-auto lg:space-y-1">
          {PAGES.map(({ title, address, Icon }) => {
            const count = address === "/notices" ? unread : 0;
            return (
              <li key={address} className="contents lg:list-item">
                <Link
                  href={address}
                  // Rendered for each request, it would not be fetched ahead otherwise.
                  prefetch
                  aria-current={isWithin(address, pathname) ? "page" : undefined}
                  className="relative flex flex-col items-center justify-center gap-0.5 text-xs [&>svg]:size-5 lg:[&>svg]:size-4.5 font-medium text-muted -outline-offset-2 transition-colors hover:text-ink aria-[current]:text-accent lg:flex-row lg:justify-start lg:gap-3 lg:rounded-lg lg:px-3 lg:py-2 lg:text-sm lg:hover:bg-sunken lg:aria-[current]:bg-accent-soft"
                >
                  <Icon />
                  {title}
                  {count > 0 && (
                    <>
                      {" "}
                      <Badge count={count} /> <span className="sr-only">unread</span>
                    </>
                  )}
                </Link>
              </li>
            );
          })}
        </ul>
      </nav>
      <div className="mt-auto hidden items-center justify-between gap-2 pl-3 lg:flex">
        <Account className="min-w-0" />
        <button
          type="button"
          aria-label="Keyboard shortcuts"
          aria-keyshortcuts="?"
          title="Keyboard shortcuts (?)"
          className="icon-button"
          onClick={onHelp}
        >
          <KeyboardIcon />
        </button>
      </div>
    </header>
  );
}

function Badge({ count }: { count: number }) {
  return (
    <span className="absolute top-1.5 left-[calc(50%+0.25rem)] min-w-4.5 rounded-full bg-accent px-1 text-center text-[0.6875rem] leading-4.5 lg:min-w-5 lg:text-xs lg:leading-5 font-semibold text-on-accent tabular-nums lg:static lg:ml-auto">
      {count > 99 ? "99+" : count}
    </span>
  );
}
