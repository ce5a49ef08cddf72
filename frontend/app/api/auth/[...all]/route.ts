import { answer } from "@/lib/auth/surface";

export { answer as GET, answer as POST };
