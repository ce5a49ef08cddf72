"use client";

import {
  type InfiniteData,
  infiniteQueryOptions,
  useInfiniteQuery,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import {
  deleteConversation,
  listConversations,
  readConversation,
  renameConversation,
} from "@/lib/api/chat";
import type { ConversationDetail, Message } from "@/lib/api/client";

const CONVERSATIONS = ["conversations"] as const;
const LOOK_AGAIN_MS = 1_500;

/** Names the list of a person's conversations in the cache. */
export const listKey = (userId: string) => [...CONVERSATIONS, userId, "pages"] as const;

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

/** The query of one conversation: its last messages first, those before on request. */
export const conversationOptions = (userId: string, conversationId: string | null) =>
  infiniteQueryOptions({
    queryKey: [...CONVERSATIONS, userId, "one", conversationId],
    queryFn: ({ pageParam, signal }) =>
      readConversation(userId, conversationId ?? "", pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

/** Read one conversation; again and again while a reply is given that nobody here listens to. */
export function useConversation(userId: string, conversationId: string | null, listening: boolean) {
  const query = useInfiniteQuery({
    ...conversationOptions(userId, conversationId),
    enabled: conversationId !== null,
    refetchInterval: ({ state }) =>
      state.data?.pages[0]?.replying && !listening ? LOOK_AGAIN_MS : false,
  });
  return { ...query, head: query.data?.pages[0], messages: messagesOf(query.data) };
}

/** Put the pages of a conversation together, the oldest message first. */
export function messagesOf(data: InfiniteData<ConversationDetail> | undefined): Message[] {
  return data?.pages.toReversed().flatMap(({ messages }) => messages) ?? [];
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
