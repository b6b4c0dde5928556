/**
 * Turns at something that serves a few at a time: the streams of a repository or of a replication.
 *
 * The more urgent go first (a smaller number), then those who came first. Who has a turn gives it back with `done`.
 */
export interface Turn {
  readonly urgency: number;
  readonly begin: (turn: Turn) => void;
  /** waiting -> open -> over; or waiting -> over. */
  state: "waiting" | "open" | "over";
}

export class Turns {
  readonly #most: number;
  readonly #waiting: Turn[] = [];
  #open = 0;
  #closed = false;

  constructor(most: number) {
    this.#most = most;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Asks for a turn; `begin` is called when it comes, at once if there is one free. */
  ask(urgency: number, begin: (turn: Turn) => void): Turn {
    const turn: Turn = { urgency, begin, state: "waiting" };
    let at = this.#waiting.length;
    while (at > 0 && this.#waiting[at - 1].urgency > urgency) at--;
    this.#waiting.splice(at, 0, turn);
    this.#next();
    return turn;
  }

  /** The turn is over, had it begun or not. */
  done(turn: Turn): void {
    if (turn.state === "waiting") this.#waiting.splice(this.#waiting.indexOf(turn), 1);
    else if (turn.state === "open") this.#open--;
    turn.state = "over";
    this.#next();
  }

  /** Nobody's turn comes while it is closed. */
  close(closed: boolean): void {
    this.#closed = closed;
    this.#next();
  }

  #next(): void {
    while (!this.#closed && this.#open < this.#most) {
      const turn = this.#waiting.shift();
      if (turn === undefined) return;
      turn.state = "open";
      this.#open++;
      turn.begin(turn);
    }
  }
}
