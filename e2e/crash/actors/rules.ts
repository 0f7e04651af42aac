/** What an actor may meet at this moment without a promise being broken. */
export interface Rules {
  /** The server is told to stop, or is being killed: a lost answer or a refusal is in order. */
  readonly isDying: () => boolean
  /** Postgres is dead or comes back: lifecycle calls may fail, puts and gets may not. */
  readonly isPostgresAway: () => boolean
}
