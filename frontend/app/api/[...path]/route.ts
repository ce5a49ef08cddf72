import { forward } from "@/lib/server/forward";

// What is more exact, such as api/auth, comes first.
export {
  forward as DELETE,
  forward as GET,
  forward as HEAD,
  forward as OPTIONS,
  forward as PATCH,
  forward as POST,
  forward as PUT,
};
