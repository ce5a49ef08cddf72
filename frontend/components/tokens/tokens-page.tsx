"use client";

import { PageFrame } from "@/components/page-frame";
import { TokenBoard } from "./token-board";

/** The page of the tokens with which a person lets their own programs in. */
export function TokensPage() {
  return (
    <PageFrame title="Personal tokens">{(userId) => <TokenBoard userId={userId} />}</PageFrame>
  );
}
