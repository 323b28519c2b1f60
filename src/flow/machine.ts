/**
 * The one shape of every machine in this folder, and the one way to run it.
 *
 * A machine is a pure function. It never throws, waits, logs, reads a clock or invents an id: time and
 * fresh ids arrive inside inputs. An input that makes no sense in a state leaves that state as it is.
 */
export type Step<State, Input, Effect> = (state: State, input: Input) => readonly [State, readonly Effect[]];

export interface Running<State, Input> {
  readonly state: () => State;
  readonly feed: (input: Input) => void;
}

/**
 * Runs a machine: takes one input, performs all its effects, then takes the next. Inputs that arrive while
 * effects are being performed wait their turn, so that no effect ever sees a half-made transition.
 * `changed` is called after the effects of an input that changed the state.
 */
export function drive<State, Input, Effect>(
  step: Step<State, Input, Effect>,
  initial: State,
  perform: (effect: Effect) => void,
  changed: (state: State) => void = () => {},
): Running<State, Input> {
  let state = initial;
  let busy = false;
  const waiting: Input[] = [];
  const feed = (input: Input): void => {
    waiting.push(input);
    if (busy) return;
    busy = true;
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const before = state;
        const [after, effects] = step(state, next);
        state = after;
        for (const effect of effects) perform(effect);
        if (after !== before) changed(after);
      }
    } finally {
      busy = false;
    }
  };
  return { state: () => state, feed };
}
