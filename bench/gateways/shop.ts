/** A graph of its own: every id in it begins with the shop's six digits, everything else is the same in each shop. */
export type ShopId = string;

export interface User {
  readonly __typename: "User";
  readonly id: string;
  readonly name: string;
  readonly username: string;
  readonly birthday: string;
}

export interface Product {
  readonly __typename: "Product";
  readonly upc: string;
  readonly name: string;
  readonly price: number;
  readonly weight: number;
  readonly inStock: boolean;
}

export interface Review {
  readonly __typename: "Review";
  readonly id: string;
  readonly body: string;
  readonly author: string;
  readonly product: string;
}

/** The shop that a query without a shop reads. */
export const firstShop: ShopId = "000000";

const names = [
  ["Ada Lovelace", "ada", "1815-12-10"],
  ["Grace Hopper", "grace", "1906-12-09"],
  ["Edsger Dijkstra", "edsger", "1930-05-11"],
  ["Barbara Liskov", "barbara", "1939-11-07"],
  ["Tony Hoare", "tony", "1934-01-11"],
  ["Frances Allen", "fran", "1932-08-04"],
] as const;

const goods = [
  ["Oak table", 899, 40],
  ["Reading lamp", 54, 2],
  ["Linen curtain", 35, 1],
  ["Wool rug", 240, 12],
  ["Cast-iron pan", 60, 3],
  ["Rocking chair", 1299, 15],
  ["Bookshelf", 320, 55],
  ["Tea kettle", 45, 1],
] as const;

const opinions = [
  "Love it! It came a day early and looks like new.",
  "Too expensive for what it is.",
  "Could be better, but it does what it should.",
  "I would rather have had the other one, in green.",
  "Would buy it again, for half of the price.",
  "It squeaks a little when the weather turns.",
] as const;

/** Users that a query gets when it does not say how many. */
export const usualUsers = names.length;

/** Reviews of each user: of this many products in turn, beginning at another one for each user. */
const reviewsPerUser = 4;

export function shopOf(id: string): ShopId {
  return id.slice(0, firstShop.length);
}

/** The first users of a shop, as many as are asked for: the names come again. */
export function usersOf(shop: ShopId, first: number): readonly User[] {
  return Array.from({ length: first }, (_, number) => user(shop, number));
}

export function userOf(id: string): User {
  return user(shopOf(id), numberIn(id));
}

function user(shop: ShopId, number: number): User {
  const [name, username, birthday] = names[number % names.length] ?? names[0];
  return { __typename: "User", id: `${shop}-u${number}`, name, username, birthday };
}

function numberIn(id: string): number {
  return Number(id.slice(firstShop.length + 2));
}

export function productsOf(shop: ShopId): readonly Product[] {
  return goods.map(([name, price, weight], index) => ({
    __typename: "Product",
    upc: `${shop}-p${index}`,
    name,
    price,
    weight,
    inStock: index % 3 !== 2,
  }));
}

export function reviewsBy(author: string): readonly Review[] {
  const [shop, number] = [shopOf(author), numberIn(author)];
  return Array.from({ length: reviewsPerUser }, (_, turn) => {
    const product = (number * 3 + turn) % goods.length;
    return {
      __typename: "Review" as const,
      id: `${shop}-r${number}${turn}`,
      body: opinions[(number + product) % opinions.length] ?? "",
      author,
      product: `${shop}-p${product}`,
    };
  });
}

/** What the usual users of a shop wrote. */
export function reviewsOf(shop: ShopId): readonly Review[] {
  return usersOf(shop, usualUsers).flatMap(({ id }) => reviewsBy(id));
}

/** What it costs to send a product: only its own price and weight say so. */
export function shippingEstimate(product: Pick<Product, "price" | "weight">): number {
  return product.price > 1000 ? 0 : product.weight * 2;
}
