/** A problem that is the reader's to solve: its message is shown without a stack. */
export class ProblemToTell extends Error {}
