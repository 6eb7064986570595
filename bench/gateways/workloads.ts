import { createExpectation } from "./expectation.ts";
import type { Shot } from "./fire.ts";
import { firstShop, type ShopId } from "./shop.ts";
import { askMonolith } from "./shop-monolith.ts";
import { createTemplate } from "./template.ts";

/** Questions of one kind and their answers. */
export interface Workload {
  readonly name: string;
  /** Bytes of an answer as the monolith writes it. */
  readonly bytes: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The next request: for each gateway a stream of its own. */
  open(): WorkloadStream;
}

export interface WorkloadStream {
  next(): Shot;
  /** Whether the gateway wrote other bytes than graphql-js would: other order of keys, more than data. */
  readonly otherBytes: boolean;
}

/** `large` is cold, too: three times the wide query, which takes a planner long. */
export const workloadNames = ["shared", "distinct", "small", "cold", "large"] as const;
export type WorkloadName = (typeof workloadNames)[number];

const fields = `
  fragment UserFields on User { id username name }
  fragment ReviewFields on Review { id body }
  fragment ProductFields on Product { inStock name price shippingEstimate upc weight }`;

const aliased = (prefix: string, field: string): string =>
  prefix === "" ? field : `${prefix}${field}: ${field}`;

/** Both branches of the public benchmark of federation gateways. */
const branches = (prefix: string, argument: string): string => `
  ${aliased(prefix, "users")}${argument} {
    ...UserFields
    reviews { ...ReviewFields product { ...ProductFields
      reviews { ...ReviewFields author { ...UserFields
        reviews { ...ReviewFields product { ...ProductFields } } } } } }
  }
  ${aliased(prefix, "topProducts")}${argument} {
    ...ProductFields
    reviews { ...ReviewFields author { ...UserFields
      reviews { ...ReviewFields product { ...ProductFields } } } }
  }`;

const small = "query Small($id: ID!) { user(id: $id) { id name username reviews { id body } } }";

const cold = (
  alias: string,
  id: string,
): string => `query Cold { user(id: "${id}") { id ${alias}: name
  reviews { id body product { upc name shippingEstimate reviews { id author { id name } } } } } }`;

const large = (shop: ShopId): string => {
  const parts = ["a", "b", "c"].map((part) => branches(`${part}${shop}`, `(shop: "${shop}")`));
  return `query Large {${parts.join("")}\n}${fields}`;
};

/** @throws Error when the monolith has no answer, which is a fault of the workload */
export function createWorkload(name: WorkloadName): Promise<Workload> {
  switch (name) {
    case "shared":
      return workload(
        name,
        () => ({ query: `query Wide {${branches("", "")}\n}${fields}` }),
        false,
      );
    case "distinct":
      return workload(
        name,
        (shop) => ({
          query: `query Wide($shop: ID!) {${branches("", "(shop: $shop)")}\n}${fields}`,
          variables: { shop },
        }),
        true,
      );
    case "small":
      return workload(name, (shop) => ({ query: small, variables: { id: `${shop}-u1` } }), true);
    case "cold":
      // The alias has the shop's number, as an id has it: the answer follows from the first shop's, too.
      return workload(name, (shop) => ({ query: cold(`name${shop}`, `${shop}-u1`) }), true);
    case "large":
      return workload(name, (shop) => ({ query: large(shop) }), true);
    default:
      return name satisfies never;
  }
}

/** Users with what they wrote: about 680 bytes of answer for each, another shop each time. */
export function createSizedWorkload(users: number): Promise<Workload> {
  const query = `query Sized($shop: ID!) { users(first: ${users}, shop: $shop) { id name username
    reviews { id body product { upc name price inStock } } } }`;
  return workload(`size${users}`, (shop) => ({ query, variables: { shop } }), true);
}

interface Question {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

async function workload(
  name: string,
  question: (shop: ShopId) => Question,
  eachAnother: boolean,
): Promise<Workload> {
  const body = JSON.stringify(question(firstShop));
  const { query, variables = {} } = question(firstShop);
  const answer = JSON.stringify(await askMonolith(query, variables));
  if (answer.includes('"errors"')) throw new Error(`${name} is wrong: ${answer.slice(0, 500)}`);
  const template = createTemplate(answer);
  return {
    name,
    bytes: template.bytes,
    headers: {},
    open() {
      const expected = createExpectation(template);
      let count = 0;
      return {
        get otherBytes() {
          return expected.otherBytes();
        },
        next() {
          const shop = eachAnother ? String(++count).padStart(firstShop.length, "0") : firstShop;
          return {
            body: eachAnother ? body.replaceAll(firstShop, shop) : body,
            check: (bytes) => expected.check(bytes, shop),
          };
        },
      };
    },
  };
}
