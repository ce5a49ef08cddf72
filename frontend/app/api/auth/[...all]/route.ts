import { answer } from "@/lib/auth/handler";

export { answer as GET, answer as POST };
