// @vitest-environment jsdom
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, test, vi } from "vitest";
import * as navigation from "@/lib/session/navigation";
import { server } from "@/tests/server";
import { PasswordPage } from "./password-page";
import { SignInPage } from "./sign-in-page";
import { SignUpPage } from "./sign-up-page";
import { SignedIn } from "./signed-in";

const AUTH = "http://localhost:3000/api/auth";

/** Answer one address of sign-in, and keep what was sent. */
function answer(path: string, ...responses: Response[]): unknown[] {
  const seen: unknown[] = [];
  server.use(
    http.post(`${AUTH}${path}`, async ({ request }) => {
      seen.push(await request.json());
      return responses[Math.min(seen.length, responses.length) - 1]?.clone();
    }),
  );
  return seen;
}

const refused = (status: number, code?: string) => HttpResponse.json({ code }, { status });
const fine = () => HttpResponse.json({ token: "t", user: { id: "u1" } });

beforeEach(() => {
  vi.spyOn(navigation, "enter").mockReturnValue();
  vi.spyOn(navigation, "leaveForSignIn").mockReturnValue();
});

async function signIn(to = "/") {
  const user = userEvent.setup();
  render(<SignInPage to={to} />);
  await user.type(screen.getByLabelText("E-mail"), " ann@example.com ");
  await user.type(screen.getByLabelText("Password"), "correct horse{Enter}");
  return user;
}

test("whoever signs in comes back to the page they were sent from", async () => {
  const seen = answer("/sign-in/email", fine());
  await signIn("/activity");
  await waitFor(() => expect(navigation.enter).toHaveBeenCalledExactlyOnceWith("/activity"));
  expect(seen).toEqual([{ email: "ann@example.com", password: "correct horse" }]);
});

test("whoever signs up is let in at once", async () => {
  const seen = answer("/sign-up/email", fine());
  const user = userEvent.setup();
  render(<SignUpPage to="/" />);
  await user.type(screen.getByLabelText("Name"), "Ann");
  await user.type(screen.getByLabelText("E-mail"), "ann@example.com");
  await user.type(screen.getByLabelText("Password"), "correct horse");
  await user.click(screen.getByRole("button", { name: "Create account" }));
  await waitFor(() => expect(navigation.enter).toHaveBeenCalledWith("/"));
  expect(seen).toEqual([{ name: "Ann", email: "ann@example.com", password: "correct horse" }]);
});

test("password managers and screen readers know what each field is", () => {
  render(<SignUpPage to="/" />);
  const described = ["Name", "E-mail", "Password"].map((label) => {
    const field = screen.getByLabelText(label);
    return [field.getAttribute("type"), field.getAttribute("autocomplete")];
  });
  expect(described).toEqual([
    ["text", "name"],
    ["email", "email"],
    ["password", "new-password"],
  ]);
  expect(screen.getByLabelText("Password")).toHaveAccessibleDescription("8 characters or more.");
});

test("signing in offers the password that is stored", () => {
  render(<SignInPage to="/" />);
  expect(screen.getByLabelText("E-mail")).toHaveAttribute("autocomplete", "username");
  expect(screen.getByLabelText("Password")).toHaveAttribute("autocomplete", "current-password");
});

test("what is missing is listed, has the focus, and leads to its field", async () => {
  const seen = answer("/sign-up/email", fine());
  const user = userEvent.setup();
  render(<SignUpPage to="/" />);
  await user.type(screen.getByLabelText("E-mail"), "nobody");
  await user.click(screen.getByRole("button", { name: "Create account" }));
  const summary = screen.getByRole("alert", { name: "There is a problem" });
  expect(summary).toHaveFocus();
  expect(
    within(summary)
      .getAllByRole("link")
      .map((link) => link.textContent),
  ).toEqual([
    "Enter your name.",
    "Enter an e-mail address, such as ann@example.com.",
    "Enter a password.",
  ]);
  const email = screen.getByLabelText("E-mail");
  expect(email).toBeInvalid();
  expect(email).toHaveAccessibleDescription("Enter an e-mail address, such as ann@example.com.");
  await user.click(within(summary).getByRole("link", { name: /e-mail/ }));
  expect(email).toHaveFocus();
  expect(email).toHaveValue("nobody");
  expect(seen).toEqual([]);
});

test.each([
  [refused(401, "INVALID_EMAIL_OR_PASSWORD"), "E-mail or password is not right."],
  [refused(429), "Too many tries. Wait a few minutes, then try again."],
  [refused(503, "UNAVAILABLE"), "Sign-in is not available right now. Try again in a moment."],
  [HttpResponse.error(), "The server cannot be reached. Check your connection."],
])("a refusal is told in plain words, and can be tried again", async (response, words) => {
  answer("/sign-in/email", response, fine());
  const user = await signIn();
  expect(await screen.findByRole("alert")).toHaveTextContent(words);
  expect(screen.getByLabelText("Password")).toHaveValue("correct horse");
  expect(navigation.enter).not.toHaveBeenCalled();
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  await waitFor(() => expect(navigation.enter).toHaveBeenCalled());
});

test.each([
  ["USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL", 422, "E-mail"],
  ["PASSWORD_TOO_SHORT", 400, "Password"],
  ["INVALID_NAME", 400, "Name"],
])("%s is told at the field it is about", async (code, status, label) => {
  answer("/sign-up/email", refused(status, code));
  const user = userEvent.setup();
  render(<SignUpPage to="/" />);
  await user.type(screen.getByLabelText("Name"), "Ann");
  await user.type(screen.getByLabelText("E-mail"), "ann@example.com");
  await user.type(screen.getByLabelText("Password"), "short{Enter}");
  await waitFor(() => expect(screen.getByLabelText(label)).toBeInvalid());
});

test("pressing twice signs in once", async () => {
  const seen = answer("/sign-in/email", fine());
  const user = await signIn();
  await user.click(screen.getByRole("button", { name: "Signing in…" }));
  await waitFor(() => expect(navigation.enter).toHaveBeenCalled());
  expect(seen).toHaveLength(1);
});

test("a password can be looked at", async () => {
  const user = userEvent.setup();
  render(<SignInPage to="/" />);
  await user.click(screen.getByRole("button", { name: "Show password" }));
  expect(screen.getByLabelText("Password")).toHaveAttribute("type", "text");
  await user.click(screen.getByRole("button", { name: "Hide password" }));
  expect(screen.getByLabelText("Password")).toHaveAttribute("type", "password");
});

test("both pages know the way to the other, and take the way back along", () => {
  render(<SignInPage to="/activity" />);
  const other = screen.getByRole("link", { name: "Create one" });
  expect(other).toHaveAttribute("href", "/sign-up?to=%2Factivity");
});

async function changePassword() {
  const user = userEvent.setup();
  render(<PasswordPage />);
  await user.type(screen.getByLabelText("Current password"), "correct horse");
  await user.type(screen.getByLabelText("New password"), "battery staple{Enter}");
}

test("another password ends the sessions everywhere else", async () => {
  const seen = answer("/change-password", fine());
  await changePassword();
  await waitFor(() => expect(navigation.enter).toHaveBeenCalledWith("/"));
  expect(seen).toEqual([
    {
      currentPassword: "correct horse",
      newPassword: "battery staple",
      revokeOtherSessions: true,
    },
  ]);
});

test("a wrong current password is told at its field", async () => {
  answer("/change-password", refused(400, "INVALID_PASSWORD"));
  await changePassword();
  const field = screen.getByLabelText("Current password");
  await waitFor(() => expect(field).toBeInvalid());
  expect(field).toHaveAccessibleDescription("Your current password is not right.");
});

test("whoever is not signed in any more has to sign in first", async () => {
  answer("/change-password", refused(401, "UNAUTHORIZED"));
  await changePassword();
  await waitFor(() => expect(navigation.leaveForSignIn).toHaveBeenCalledOnce());
});

test("without a script no password gets into an address", () => {
  const { container } = render(<SignInPage to="/" />);
  expect(container.querySelector("form")).toHaveAttribute("method", "post");
});

test("whoever signs out is led to the sign-in page, and the other pages are told", async () => {
  const told = vi.fn();
  const elsewhere = new BroadcastChannel("todo-session");
  elsewhere.onmessage = ({ data }) => told(data);
  const seen = answer("/sign-out", HttpResponse.json({ success: true }));
  const user = userEvent.setup();
  render(<SignedIn name="Ann" />);
  expect(screen.getByRole("link", { name: "Ann" })).toHaveAttribute("href", "/password");
  await user.click(screen.getByRole("button", { name: "Sign out" }));
  await waitFor(() => expect(navigation.enter).toHaveBeenCalledExactlyOnceWith("/sign-in"));
  expect(seen).toHaveLength(1);
  await waitFor(() => expect(told).toHaveBeenCalledExactlyOnceWith("signed out"));
  elsewhere.close();
});

test("who could not be signed out is told so", async () => {
  answer("/sign-out", refused(503), HttpResponse.error());
  const user = userEvent.setup();
  render(<SignedIn name="Ann" />);
  for (let count = 0; count < 2; count += 1) {
    await user.click(screen.getByRole("button", { name: "Sign out" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("You are still signed in.");
  }
  expect(navigation.enter).not.toHaveBeenCalled();
});
