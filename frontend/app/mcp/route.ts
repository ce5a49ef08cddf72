// Programs ask here; without a gateway the backend answers through this server.
export { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } from "@/app/api/[...path]/route";
