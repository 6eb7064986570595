/** A graph of several replicas, and people with accounts in it who have written nothing yet. */
export interface Town {
  /** The endpoints of its gateways. */
  readonly gateways: readonly string[];
  readonly people: readonly Person[];
}

export interface Person {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  /** An access token. */
  readonly token: string;
}
