"use client";

import { QueryClientProvider } from "@tanstack/react-query";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import { type ReactNode, useState } from "react";
import { sendWith } from "@/lib/api/client";
import { createQueryClient } from "@/lib/query-client";
import { signedFetch } from "@/lib/session/signed-fetch";
import { watchHistory } from "@/lib/unsaved";

sendWith(signedFetch);
watchHistory();

/** Give every page the address, the cache and requests that are signed. */
export function Providers({ children }: { children: ReactNode }) {
  const [client] = useState(createQueryClient);
  return (
    <NuqsAdapter>
      <QueryClientProvider client={client}>{children}</QueryClientProvider>
    </NuqsAdapter>
  );
}
