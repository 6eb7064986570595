const timestamp = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|\+00:00)$/;

/** Whether a cursor's text is a point in time that PostgreSQL can cast to `timestamptz`. */
export function isTimestampKey(text: string): boolean {
  if (!timestamp.test(text)) return false;
  const parsed = new Date(text);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text.slice(0, 19));
}

/** Whether a cursor's text can be a value of PostgreSQL's `text`, which holds no NUL. */
export function isTextKey(text: string): boolean {
  return !text.includes("\0");
}
