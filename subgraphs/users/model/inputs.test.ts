import { expect, test } from "@jest/globals";
import { codeOf } from "../../../runtime/errors.ts";
import { parseInput } from "../../kit/input.ts";
import { searchArgument, signUpInput, updateProfileInput } from "./inputs.ts";

const account = {
  handle: "Ada_L",
  name: " Ada Lovelace ",
  email: "Ada@Example.com",
  password: "correct-horse-battery",
};

test("handles and addresses are stored in lower case, names without the space around them", () => {
  expect(parseInput("input", signUpInput, account)).toEqual({
    ...account,
    handle: "ada_l",
    name: "Ada Lovelace",
    email: "ada@example.com",
  });
});

test.each(["Adа 👩‍💻 Ω", "עדה לאבלייס", "é".normalize("NFD"), "x".repeat(100)])(
  "%s is a name",
  (name) => {
    expect(parseInput("input", signUpInput, { ...account, name }).name).toBe(name.normalize("NFC"));
  },
);

test.each([
  [
    "handle",
    ["", "ab", "x".repeat(31), "a b c", "ada!", "ädä", "a\0bc", "👩‍💻👩‍💻👩‍💻", "\u212A".repeat(3)],
  ],
  [
    "name",
    ["", "   ", "x".repeat(101), "a\nb", "a\0b", "a\u202Eb", "a\uD800b", "\u{1F642}".repeat(101)],
  ],
  [
    "email",
    [
      "",
      "ada",
      "ada@",
      "@example.com",
      "a b@example.com",
      "a\0@example.com",
      `${"x".repeat(250)}@example.com`,
    ],
  ],
  [
    "password",
    [
      "",
      "eleven char",
      "x".repeat(201),
      "with\u0000control-character",
      "\uD800".repeat(12),
      "ADA@example.COM",
    ],
  ],
] as const)("a wrong %s is refused by its name, and not repeated", (field, values) => {
  for (const value of values) {
    let refusal: unknown;
    try {
      parseInput("input", signUpInput, { ...account, [field]: value });
    } catch (error) {
      refusal = error;
    }
    expect([value, codeOf(refusal)]).toEqual([value, "BAD_USER_INPUT"]);
    expect(refusal).toMatchObject({ extensions: { argument: `input.${field}` } });
    if (value.length > 10) expect(JSON.stringify(refusal)).not.toContain(value);
  }
});

test("a password of twelve characters is long enough, and is taken as it is", () => {
  const password = " пароль 🙂 xyz ";
  expect(parseInput("input", signUpInput, { ...account, password }).password).toBe(password);
});

test("a change of the profile has the fields that were given, and null for the picture alone", () => {
  const change = (input: unknown): unknown => parseInput("input", updateProfileInput, input);
  expect(change({})).toEqual({});
  expect(change({ name: "Ada" })).toEqual({ name: "Ada" });
  expect(change({ avatarUrl: null })).toEqual({ avatarUrl: null });
  expect(() => change({ name: null })).toThrow("`input.name` must be");
  expect(() => change({ handle: null })).toThrow("`input.handle` must be");
});

test.each(["https://example.com/ada.png", "https://例え.example/🙂.png"])(
  "%s is a picture",
  (avatarUrl) => {
    const { avatarUrl: stored } = parseInput("input", updateProfileInput, { avatarUrl });
    expect(stored).toMatch(/^https:\/\/[!-~]+$/);
  },
);

test.each([
  "",
  "ada.png",
  "http://example.com/ada.png",
  "javascript:alert(1)",
  "data:image/png;base64,AAAA",
  "https://user:secret@example.com/",
  "https://exa\nmple.com/",
  `https://example.com/${"x".repeat(2_048)}`,
])("%p is no picture", (avatarUrl) => {
  expect(() => parseInput("input", updateProfileInput, { avatarUrl })).toThrow(
    "must be an https URL",
  );
});

test("an empty search box searches for nothing, a huge text is refused", () => {
  expect(parseInput("search", searchArgument, "  ")).toBeUndefined();
  expect(parseInput("search", searchArgument, " ada ")).toBe("ada");
  expect(() => parseInput("search", searchArgument, "x".repeat(101))).toThrow("`search` must be");
});
