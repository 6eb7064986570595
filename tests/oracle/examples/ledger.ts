import {
  byId,
  compute,
  type Example,
  fails,
  plain,
  ref,
  refs,
  type Thing,
  type Value,
} from "../example.ts";

interface NoteAll {
  readonly texts: readonly string[];
  readonly on?: readonly { readonly id: string; readonly times: number | null }[] | null;
}

/** Two subgraphs change an account, each its own part of it, in the order of the client's fields. */
export const ledger: Example = {
  ...plain,
  name: "ledger",
  shows: ["mutations in order", "mutations of several subgraphs", "errors in mutations"],
  subgraphs: {
    accounts: `
      type Query { accounts: [Account!] account(id: ID!): Account }
      type Mutation { deposit(id: ID!, amount: Int! = 1): Account refuse(id: ID!): Account close(id: ID!): Account! }
      type Account @key(fields: "id") { id: ID! balance: Int history: [String!]! }
    `,
    notes: `
      type Query { noted: [Account!] }
      type Mutation { note(id: ID!, text: String): Account noteAll(texts: [String!]!, on: [On!]): [Account] }
      input On { id: ID! times: Int = 1 }
      type Account @key(fields: "id") { id: ID! notes: [String]! owner: Owner }
      type Owner { name: String! accounts: [Account!] }
    `,
  },
  root: { accounts: refs("Account:1", "Account:2"), account: null, noted: refs("Account:2") },
  things: {
    "Account:1": {
      id: "1",
      balance: 0,
      history: [],
      notes: [],
      owner: { name: "ann", accounts: refs("Account:1", "Account:2") },
    },
    "Account:2": { id: "2", balance: 5, history: ["opened"], notes: [null], owner: null },
  },
  computed: {
    "Query.account": byId("Account"),
    "Mutation.deposit": compute<{ id: string; amount: number }>(
      ({ args: { id, amount }, things }) => {
        const account = things.get(`Account:${id}`);
        if (account === undefined) return null;
        account["balance"] = Number(account["balance"]) + amount;
        append(account, "history", `deposit ${amount}`);
        return ref(`Account:${id}`);
      },
    ),
    "Mutation.refuse": () => fails("refused"),
    "Mutation.close": compute<{ id: string }>(({ args: { id }, things }) => {
      const account = things.get(`Account:${id}`);
      if (account === undefined) return fails("no such account");
      account["balance"] = null;
      return ref(`Account:${id}`);
    }),
    "Mutation.note": compute<{ id: string; text?: string | null }>(
      ({ args: { id, text }, things }) => {
        const account = things.get(`Account:${id}`);
        if (account === undefined) return null;
        append(account, "notes", text ?? null);
        return ref(`Account:${id}`);
      },
    ),
    "Mutation.noteAll": compute<NoteAll>(({ args: { texts, on }, things }) =>
      (on ?? [{ id: "1", times: 1 }]).map(({ id, times }) => {
        const account = things.get(`Account:${id}`);
        if (account === undefined) return null;
        append(account, "notes", `${texts.join("+")} ${times} times`);
        return ref(`Account:${id}`);
      }),
    ),
  },
  ids: ["1", "2", "7"],
};

function append(account: Thing, field: string, value: Value): void {
  account[field] = [...(account[field] as readonly Value[]), value];
}
