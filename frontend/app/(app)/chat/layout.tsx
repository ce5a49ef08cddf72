import type { Metadata } from "next";
import type { ReactNode } from "react";
import { ChatPage } from "@/components/chat/chat-page";

export const metadata: Metadata = { title: "Chat · Todo" };

/**
 * Shows the chat itself, whichever conversation the address names: a page of its own for each would
 * be made anew when a conversation is given its address, in the middle of the first reply.
 */
export default function ChatLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <ChatPage />
      {children}
    </>
  );
}
