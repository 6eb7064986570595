/** Data of an answer that is text already. Whoever looks at it as JSON gets objects. */
export class TextData {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toJSON(): unknown {
    return JSON.parse(this.text);
  }
}

/** As much of an answer as is written. */
interface Written {
  readonly data?: unknown;
  readonly errors?: unknown;
  readonly extensions?: unknown;
}

/** What Apollo Server writes by itself, without taking text for objects and back. */
export function stringifyResult(result: Written): string {
  const { data, ...others } = result;
  if (!(data instanceof TextData)) return `${JSON.stringify(result)}\n`;
  const rest = JSON.stringify(others);
  return rest === "{}" ? `{"data":${data.text}}\n` : `${rest.slice(0, -1)},"data":${data.text}}\n`;
}
