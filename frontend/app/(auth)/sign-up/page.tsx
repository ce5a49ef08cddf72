import type { Metadata } from "next";
import { SignUpPage } from "@/components/session/sign-up-page";
import { returnPath } from "@/lib/session/return-path";

export const metadata: Metadata = { title: "Create an account · Todo" };

interface Props {
  searchParams: Promise<{ to?: string | string[] }>;
}

export default async function Page({ searchParams }: Props) {
  return <SignUpPage to={returnPath((await searchParams).to)} />;
}
