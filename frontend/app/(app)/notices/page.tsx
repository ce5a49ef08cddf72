import type { Metadata } from "next";
import { NoticesPage } from "@/components/notices/notices-page";

export const metadata: Metadata = { title: "Notices · Todo" };

export default function Page() {
  return <NoticesPage />;
}
