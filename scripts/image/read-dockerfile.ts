/** One line of a stage, continued lines joined. */
export interface Instruction {
  /** In capitals. */
  readonly keyword: string;
  /** All that follows the keyword. */
  readonly text: string;
}

export interface Stage {
  readonly name: string;
  /** An image, or the name of an earlier stage. */
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

export interface Copy {
  /** A stage; undefined is the build context. */
  readonly from: string | undefined;
  readonly sources: readonly string[];
  readonly target: string;
}

/** The stages of a Dockerfile in their order; the last one is the image. */
export function readDockerfile(text: string): readonly Stage[] {
  const stages: (Stage & { instructions: Instruction[] })[] = [];
  for (const line of text
    .replaceAll(/^\s*#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")) {
    const [, keyword = "", rest = ""] = /^(\S+)\s+(.*)$/.exec(line.trim()) ?? [];
    if (keyword === "FROM") {
      const [base = "", , name = ""] = rest.split(/\s+/);
      stages.push({ name, base, instructions: [] });
    } else if (keyword !== "") {
      stages.at(-1)?.instructions.push({ keyword: keyword.toUpperCase(), text: rest });
    }
  }
  return stages;
}

/** What follows COPY. */
export function readCopy(text: string): Copy {
  const words = text.split(/\s+/);
  const flag = words.find((word) => word.startsWith("--from="));
  const paths = words.filter((word) => !word.startsWith("--"));
  return {
    from: flag?.slice("--from=".length),
    sources: paths.slice(0, -1),
    target: paths.at(-1) ?? "",
  };
}

/** What follows ENV: `NAME=value` once or more, without quotes. */
export function readVariables(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text.split(/\s+/).map((pair) => {
      const [name = "", ...value] = pair.split("=");
      return [name, value.join("=")];
    }),
  );
}

/** The words of the last instruction of this keyword in its JSON form, such as `CMD ["node", "main.js"]`. */
export function lastCommand(stage: Stage, keyword: string): readonly string[] {
  const found = stage.instructions.findLast((instruction) => instruction.keyword === keyword);
  return JSON.parse(/\[.*\]$/.exec(found?.text ?? "")?.[0] ?? "[]") as string[];
}
