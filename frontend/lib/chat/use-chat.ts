"use client";

import { useQueryClient } from "@tanstack/react-query";
import { type RefObject, useEffect, useRef, useState } from "react";
import { sendMessage } from "@/lib/api/chat";
import { ask, breakOff, type Exchange, fateOf, hear, stop, withExchange } from "./exchange";
import { conversationOptions, listKey, messagesOf, useConversation } from "./use-conversations";

/**
 * Talk to the assistant in one conversation.
 *
 * @param conversationId the conversation shown; null for one that begins with the first message.
 * @param onBegin called with the id a new conversation was given.
 */
export function useChat(
  userId: string,
  conversationId: string | null,
  onBegin: (conversationId: string) => void,
) {
  const client = useQueryClient();
  const [exchange, setExchange] = useState<Exchange | null>(null);
  // Whether the last reply was heard here, so that one which was stored long ago is not read out.
  const [heard, setHeard] = useState(false);
  const listening = useRef<AbortController | null>(null);
  const [shown, setShown] = useState(conversationId);
  if (shown !== conversationId) {
    setShown(conversationId);
    if (exchange?.conversationId !== conversationId) setHeard(false);
    // A conversation that was given its id meanwhile is still the same one.
    if (exchange && exchange.conversationId !== conversationId) setExchange(null);
  }
  const id = exchange?.conversationId ?? conversationId;
  const listens = exchange?.state.kind === "replying";
  const conversation = useConversation(userId, id, listens);
  const stored = conversation.messages;

  // Whoever goes elsewhere hears no more: the reply is finished without a listener, and is stored.
  const left = exchange === null;
  useEffect(() => {
    if (left) fallSilent(listening);
  }, [left]);
  useEffect(() => () => fallSilent(listening), []);

  async function send(question: string) {
    // What became of a reply that was not heard to its end counts among what was said before.
    const said = exchange && id ? await read(id).catch(() => stored) : stored;
    const controller = new AbortController();
    listening.current?.abort();
    listening.current = controller;
    let latest = ask(question, id, said.at(-1)?.id ?? null);
    const show = (next: Exchange | null) => {
      latest = next ?? latest;
      // What comes after a person stopped, asked something else or left is not for this page.
      if (!controller.signal.aborted) setExchange(next);
    };
    show(latest);
    setHeard(true);
    try {
      for await (const event of sendMessage(userId, question, id, controller.signal)) {
        show(hear(latest, event));
        if (event.kind === "conversation" && id === null) {
          void client.invalidateQueries({ queryKey: listKey(userId) });
          onBegin(event.id);
        }
      }
      // What the backend stored takes the place of what was heard, once it can be read.
      await read(latest.conversationId);
      show(null);
    } catch (error) {
      show(breakOff(latest, error));
    }
    void client.invalidateQueries({ queryKey: listKey(userId) });
  }

  /** Find out what became of an exchange that broke off, and ask again only what never arrived. */
  async function recover() {
    if (!exchange) return;
    if (exchange.conversationId === null) return send(exchange.question);
    try {
      const messages = await read(exchange.conversationId);
      if (fateOf(exchange, messages) === "missing") return send(exchange.question);
      setExchange(null);
    } catch (error) {
      setExchange(breakOff(exchange, error));
    }
  }

  async function read(of: string | null) {
    const options = conversationOptions(userId, of);
    // A look that began before the reply was stored would be taken for this one.
    await client.cancelQueries({ queryKey: options.queryKey });
    return messagesOf(await client.fetchInfiniteQuery({ ...options, staleTime: 0 }));
  }

  return {
    conversation,
    exchange,
    heard,
    messages: withExchange(stored, exchange),
    busy: listens,
    send,
    stop() {
      fallSilent(listening);
      setExchange((now) => now && stop(now));
    },
    recover,
  };
}

export type Chat = ReturnType<typeof useChat>;

function fallSilent(listening: RefObject<AbortController | null>): void {
  listening.current?.abort();
  listening.current = null;
}
