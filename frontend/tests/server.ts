import { setupServer } from "msw/node";

/** Stands between the tests and the network. */
export const server = setupServer();
