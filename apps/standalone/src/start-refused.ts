/** A reason not to start that a person can do something about: its message is all that he needs. */
export class StartRefused extends Error {}
