import type { Ids } from "./change.ts";
import type { Estate } from "./estate.ts";
import { oneOf } from "./one-of.ts";
import {
  askForList,
  askForLists,
  askForProfile,
  askForTask,
  askForTasks,
  askForUser,
  type Numbers,
  type Question,
} from "./questions.ts";

/** What there is to ask for. */
export interface World {
  readonly numbers: Numbers;
  readonly lists: Ids;
  readonly tasks: Ids;
  /** How somebody's estate is now, for their id and handle. */
  readonly estate: (number: number) => Estate;
}

/** Lists and todos that are asked for: the newest, as what was deleted long ago tells little. */
const newest = 20;

/** Any question, half of the time about who has written last. */
export function anyQuestion({ estate, lists, numbers, tasks }: World, news: number): Question {
  const about = Math.random() < 0.5 ? news : Math.floor(Math.random() * numbers.size);
  const someList = (): Question => {
    const [key, id] = oneOf([...lists].slice(-newest)) ?? [];
    if (key === undefined || id === undefined) return askForLists(numbers);
    return askForList(Number.parseInt(key, 10), key, id, numbers);
  };
  const someTask = (): Question => {
    const [key, id] = oneOf([...tasks].slice(-newest)) ?? [];
    if (key === undefined || id === undefined) return askForTasks(numbers);
    return askForTask(Number.parseInt(key, 10), key, id, numbers);
  };
  return oneOf([
    () => askForProfile(about, estate(about), oneOf(["id", "handle"])),
    () => askForUser(about, estate(about), numbers),
    someList,
    someList,
    someTask,
    () => askForLists(numbers),
    () => askForTasks(numbers),
  ])();
}
