import type { Metadata } from "next";
import { PasswordPage } from "@/components/session/password-page";

export const metadata: Metadata = { title: "Change password · Todo" };

export default function Page() {
  return <PasswordPage />;
}
