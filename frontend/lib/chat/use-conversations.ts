"use client";

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  deleteConversation,
  listConversations,
  readConversation,
  renameConversation,
} from "@/lib/api/chat";
import type { Message } from "@/lib/api/client";

const CONVERSATIONS = ["conversations"] as const;
const LOOK_AGAIN_MS = 2_000;
// Longer than any reply takes; then it is said that none came.
const PATIENCE_MS = 45_000;

/** Read the conversations page by page, those used last first. */
export function useConversations(userId: string) {
  const query = useInfiniteQuery({
    queryKey: listKey(userId),
    queryFn: ({ pageParam, signal }) => listConversations(userId, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  const loaded = query.data?.pages.flatMap((page) => page.items) ?? [];
  return { ...query, conversations: [...new Map(loaded.map((each) => [each.id, each])).values()] };
}

/** Read one conversation; again and again while its last question waits for a reply. */
export function useConversation(userId: string, conversationId: string | null) {
  return useQuery({
    queryKey: conversationKey(userId, conversationId),
    queryFn: ({ signal }) => readConversation(userId, conversationId ?? "", signal),
    enabled: conversationId !== null,
    refetchInterval: ({ state }) =>
      isAwaited(state.data?.messages.at(-1), Date.now()) ? LOOK_AGAIN_MS : false,
  });
}

export const listKey = (userId: string) => [...CONVERSATIONS, userId, "pages"] as const;
export const conversationKey = (userId: string, conversationId: string | null) =>
  [...CONVERSATIONS, userId, "one", conversationId] as const;

/** Tell whether a reply to the last message may still come. */
export function isAwaited(last: Message | undefined, now: number): boolean {
  return last?.role === "user" && now - Date.parse(last.created_at) < PATIENCE_MS;
}

/** Rename or delete conversations. */
export function useChangeConversations(userId: string) {
  const client = useQueryClient();
  const onSettled = () => client.invalidateQueries({ queryKey: CONVERSATIONS });
  const rename = useMutation({
    mutationFn: ({ id, title }: { id: string; title: string }) =>
      renameConversation(userId, id, title),
    onSettled,
  });
  const remove = useMutation({
    mutationFn: (id: string) => deleteConversation(userId, id),
    // The conversation itself is left alone: reading it again would only say that it is gone.
    onSuccess: () => client.invalidateQueries({ queryKey: listKey(userId) }),
  });
  return { rename: rename.mutateAsync, remove: remove.mutateAsync };
}
