/** A table of states: what each becomes by an event that it takes; `gone` is no state any more. */
export type LifeCycle<Status extends string, Event extends string> = Readonly<
  Record<Status, Partial<Readonly<Record<Event, Status | 'gone'>>>>
>
