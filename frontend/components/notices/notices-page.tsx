"use client";

import { PageFrame } from "@/components/page-frame";
import { NoticeBoard } from "./notice-board";

/** The page of what a person was reminded of. */
export function NoticesPage() {
  return <PageFrame title="Notices">{(userId) => <NoticeBoard userId={userId} />}</PageFrame>;
}
