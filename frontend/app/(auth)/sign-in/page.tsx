import type { Metadata } from "next";
import { SignInPage } from "@/components/session/sign-in-page";
import { returnPath } from "@/lib/session/return-path";

export const metadata: Metadata = { title: "Sign in · Todo" };

interface Props {
  searchParams: Promise<{ to?: string | string[] }>;
}

export default async function Page({ searchParams }: Props) {
  return <SignInPage to={returnPath((await searchParams).to)} />;
}
