/** What the API is about to give; goes away once the generated types have it. */
export interface ToolUse {
  id: string;
  name: string;
  arguments: Record<string, unknown>;
  status: "running" | "done" | "failed";
  result: Record<string, unknown> | null;
}

export interface Message {
  id: string;
  role: "user" | "assistant";
  text: string;
  tools: ToolUse[];
  /** What ended the reply early. */
  problem: { title: string; detail: string } | null;
  created_at: string;
}

export interface Conversation {
  id: string;
  title: string;
  created_at: string;
  updated_at: string;
}

export interface ConversationDetail extends Conversation {
  messages: Message[];
  /** Whether a reply is being given right now. */
  replying: boolean;
  /** Leads to the messages before these. */
  next_cursor: string | null;
}

export interface ConversationPage {
  items: Conversation[];
  next_cursor: string | null;
}

interface Json<Body> {
  headers: Record<string, unknown>;
  content: { "application/json": Body };
}

interface Nothing {
  headers: Record<string, unknown>;
  content?: never;
}

type Path = { user_id: string };

export interface UpcomingPaths {
  "/api/{user_id}/conversations": {
    get: {
      parameters: { path: Path; query?: { limit?: number; cursor?: string } };
      responses: { 200: Json<ConversationPage> };
    };
  };
  "/api/{user_id}/conversations/{conversation_id}": {
    get: {
      parameters: {
        path: Path & { conversation_id: string };
        query?: { limit?: number; cursor?: string };
      };
      responses: { 200: Json<ConversationDetail> };
    };
    patch: {
      parameters: { path: Path & { conversation_id: string } };
      requestBody: { content: { "application/json": { title: string } } };
      responses: { 200: Json<Conversation> };
    };
    delete: {
      parameters: { path: Path & { conversation_id: string } };
      responses: { 204: Nothing };
    };
  };
  "/api/{user_id}/chat": {
    post: {
      parameters: { path: Path };
      requestBody: {
        content: {
          "application/json": {
            message: string;
            conversation_id?: string | null;
            time_zone?: string;
          };
        };
      };
      responses: {
        200: { headers: Record<string, unknown>; content: { "text/event-stream": unknown } };
      };
    };
  };
}
