import DataLoader from "dataloader";

/** Loads one value by its key; calls in one turn of the event loop become one read. */
export interface Loader<Value, Column extends string> {
  /** `columns` are those that this caller needs; the value may have more. */
  load(key: string, columns: readonly Column[]): Promise<Value>;
}

export interface LoaderOptions<Value, Column extends string> {
  /** Reads a batch: distinct keys, the union of the columns that their callers need. Keys with no value may be missing. */
  readonly read: (
    keys: readonly string[],
    columns: readonly Column[],
  ) => Promise<ReadonlyMap<string, Value>>;
  /** What a key gives that was not read. */
  readonly missing: (key: string) => Value;
  /** Keys in one read at most; more are split over several. */
  readonly maxBatch?: number;
}

interface Wanted<Column extends string> {
  readonly key: string;
  readonly columns: readonly Column[];
}

/**
 * The batching contract of all reads: answers in the order of the calls, duplicates read once, missing keys
 * answered, batches bounded. It lives for one request and remembers nothing between batches, so a load after a
 * write sees the write.
 */
export function createLoader<Value, Column extends string>(
  options: LoaderOptions<Value, Column>,
): Loader<Value, Column> {
  const { read, missing, maxBatch = 1_000 } = options;
  const loader = new DataLoader<Wanted<Column>, Value>(
    async (batch) => {
      const values = await read(distinctKeys(batch), unionOfColumns(batch));
      return batch.map(({ key }) => values.get(key) ?? missing(key));
    },
    { cache: false, maxBatchSize: maxBatch },
  );
  return { load: (key, columns) => loader.load({ key, columns }) };
}

function distinctKeys(batch: readonly Wanted<string>[]): readonly string[] {
  return [...new Set(batch.map(({ key }) => key))];
}

function unionOfColumns<Column extends string>(
  batch: readonly Wanted<Column>[],
): readonly Column[] {
  const distinct = new Set(batch.map(({ columns }) => columns));
  if (distinct.size === 1) return batch[0]?.columns ?? [];
  return [...new Set([...distinct].flat())].sort();
}
