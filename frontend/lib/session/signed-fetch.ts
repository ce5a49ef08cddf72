import { leaveForSignIn } from "./navigation";
import { dropToken, takeToken } from "./token";

/**
 * Send a request to the backend as the person who is signed in.
 *
 * A token may be refused though it has not ended, such as after the keys were changed: once it is
 * renewed and the request repeated, then the person has to sign in.
 */
export async function signedFetch(request: Request): Promise<Response> {
  const token = await takeToken();
  const first = await send(request.clone(), token);
  if (first.status !== 401) return first;
  dropToken(token);
  const second = await send(request, await takeToken());
  if (second.status === 401) leaveForSignIn();
  return second;
}

function send(request: Request, token: string): Promise<Response> {
  request.headers.set("Authorization", `Bearer ${token}`);
  return globalThis.fetch(request);
}
