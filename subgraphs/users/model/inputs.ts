import { z } from "zod";
import { line } from "../../kit/input.ts";

const handleForm = /^[a-z0-9_]{3,30}$/i;
const longestPassword = 200;
const shortestPassword = 12;
const longestUrl = 2_048;

const handle = z
  .string({ error: "must be a text" })
  .trim()
  .refine((text) => handleForm.test(text), "must be 3 to 30 of a-z, 0-9 and _")
  .transform((text) => text.toLowerCase());

const email = z
  .string({ error: "must be a text" })
  .trim()
  .refine(
    (text) => text.length <= 254 && z.email().safeParse(text).success,
    "must be an e-mail address of at most 254 characters",
  )
  .transform((text) => text.toLowerCase());

/** Length is what makes a password strong; rules about its letters make it worse (NIST SP 800-63B). */
const newPassword = z.string({ error: "must be a text" }).refine((text) => {
  const length = [...text].length;
  return length >= shortestPassword && length <= longestPassword && !/[\p{Cc}\p{Cs}]/u.test(text);
}, `must be ${shortestPassword} to ${longestPassword} characters, without control characters`);

/** A password to compare: any text, as long as hashing it costs no more than others. */
const givenPassword = z
  .string({ error: "must be a text" })
  .refine(
    (text) => text.length <= 2 * longestPassword,
    `must be at most ${longestPassword} characters`,
  );

const avatarUrl = z
  .string({ error: "must be a text" })
  .trim()
  .transform((text) => (isHttpsUrl(text) ? new URL(text).href : ""))
  .refine(
    (url) => url !== "" && url.length <= longestUrl,
    "must be an https URL of at most 2,048 characters",
  );

export const signUpInput = z
  .object({ handle, name: line(1, 100), email, password: newPassword })
  .refine((input) => differsFromNames(input.password, input), {
    path: ["password"],
    message: "must be neither the handle nor the e-mail address",
  });

export const signInInput = z.object({ email, password: givenPassword });

export const updateProfileInput = z.object({
  handle: handle.optional(),
  name: line(1, 100).optional(),
  avatarUrl: avatarUrl.nullable().optional(),
});

/** @param names those of the account whose password it will be */
export function changePasswordInput(names: Names) {
  return z.object({
    currentPassword: givenPassword,
    newPassword: newPassword.refine(
      (password) => differsFromNames(password, names),
      "must be neither the handle nor the e-mail address",
    ),
  });
}

export const deleteAccountInput = z.object({ password: givenPassword });

export const handleArgument = handle;

/** At most one line of 100 characters; an empty search box searches for nothing. */
export const searchArgument = line(0, 100)
  .transform((text) => (text === "" ? undefined : text))
  .nullish();

interface Names {
  readonly handle: string;
  readonly email: string;
}

function differsFromNames(password: string, { handle, email }: Names): boolean {
  const lower = password.toLowerCase();
  return lower !== handle && lower !== email;
}

function isHttpsUrl(text: string): boolean {
  if (text.length > longestUrl || /[\s\p{Cc}\p{Cs}]/u.test(text) || !URL.canParse(text))
    return false;
  const { protocol, username, password } = new URL(text);
  return protocol === "https:" && username === "" && password === "";
}
