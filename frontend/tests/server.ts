import { delay, HttpResponse, http } from "msw";
import { setupServer } from "msw/node";

export const TOKEN_ADDRESS = "http://localhost:3000/api/auth/token";
export const STREAM_ADDRESS = "http://localhost:3000/api/:user/stream";

/** Make a token as far as the pages look into it. */
export function makeToken(id: string, { userId = "dev-user", seconds = 600 } = {}): string {
  const iat = Math.floor(Date.now() / 1000);
  const claims = { sub: userId, name: "Zoë", iat, exp: iat + seconds, jti: id };
  return `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.c2ln`;
}

/**
 * Stands between the tests and the network.
 *
 * Unless a test says otherwise, whoever opens a page is signed in, and nothing happens elsewhere.
 */
export const server = setupServer(
  http.get(TOKEN_ADDRESS, () => HttpResponse.json({ token: makeToken("default") })),
  // Not even that the stream begins, which would be a reason to read again.
  http.get(STREAM_ADDRESS, () => delay("infinite")),
);
