import { HttpResponse, http } from "msw";
import { server, TOKEN_ADDRESS } from "./server";

/** Answer requests for tokens, each with the next answer given; the last one stays. */
export class FakeSession {
  asked = 0;

  constructor(...answers: (string | Response)[]) {
    server.use(
      http.get(TOKEN_ADDRESS, () => {
        const answer = answers[Math.min(this.asked, answers.length - 1)];
        this.asked += 1;
        return typeof answer === "string" ? HttpResponse.json({ token: answer }) : answer?.clone();
      }),
    );
  }
}
