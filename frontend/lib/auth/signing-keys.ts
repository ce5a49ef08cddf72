import type { GenericEndpointContext } from "better-auth";
import { symmetricDecrypt } from "better-auth/crypto";
import type { Jwk } from "better-auth/plugins";

/**
 * Read the signing keys that this server's secret opens.
 *
 * Better Auth alone would go on choosing a key that it cannot decrypt, and nobody could sign in
 * any more after BETTER_AUTH_SECRET was changed. Leaving such a key out lets it make a new one; and
 * as it is not published either, whoever holds the old secret can no longer sign anything.
 */
export async function readableKeys(context: GenericEndpointContext): Promise<Jwk[]> {
  const { adapter, secretConfig } = context.context;
  const keys = await adapter.findMany<Jwk>({ model: "jwks" });
  const readable = await Promise.all(
    keys.map(({ privateKey }) =>
      symmetricDecrypt({ key: secretConfig, data: JSON.parse(privateKey) }).then(
        () => true,
        () => false,
      ),
    ),
  );
  return keys.filter((_, index) => readable[index]);
}
