/** A fenced block of a page: ```` ```LANGUAGE key=value … ````. */
export interface Snippet {
  readonly page: string;
  /** Of its first line in the page, from 1. */
  readonly line: number;
  readonly language: string;
  readonly marks: Readonly<Record<string, string>>;
  readonly text: string;
}

export function snippetsOf(page: string, markdown: string): readonly Snippet[] {
  return [...markdown.matchAll(/^```(\w+)([^\n]*)\n([\s\S]*?)^```$/gm)].map((match) => {
    const [, language = "", info = "", text = ""] = match;
    const marks = Object.fromEntries(
      info
        .trim()
        .split(/\s+/)
        .filter(Boolean)
        .map((mark) => mark.split("=", 2)),
    );
    const line = markdown.slice(0, match.index).split("\n").length + 1;
    return { page, line, language, marks, text };
  });
}

/** What a block says that it prints: the comments at the ends of its lines with `console.log`. */
export function promisedOutput(text: string): readonly string[] {
  return [...text.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(
    ([, promised = ""]) => promised,
  );
}
