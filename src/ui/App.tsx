/**
 * The app on a screen: the sign-in page or the panes, in the signed-in person's colour and the chosen theme.
 *
 * It reads one store and calls one set of actions; it knows no network.
 */
import type { ReactNode } from "react";
import { useEffect, useLayoutEffect } from "react";
import { useStore } from "zustand";
import type { StoreApi } from "zustand/vanilla";
import type { Actions, AppState } from "../client/model.ts";
import styles from "./App.module.css";
import { howManyWait } from "./attention.ts";
import { Elsewhere } from "./Elsewhere.tsx";
import { LiveRegion } from "./LiveRegion.tsx";
import { colourOf } from "./people.ts";
import { Shell } from "./Shell.tsx";
import { SignIn } from "./SignIn.tsx";
import { words } from "./words.ts";

export type AppProps = { readonly store: StoreApi<AppState>; readonly actions: Actions };

export function App({ store, actions }: AppProps): ReactNode {
  const state = useStore(store);
  const { session } = state;
  const me = session.is === "signed-in" ? colourOf(session.address) : 0;
  const { theme } = state.settings;
  const waiting = howManyWait(state);

  useLayoutEffect(() => {
    document.documentElement.dataset["me"] = String(me);
  }, [me]);
  useLayoutEffect(() => {
    if (theme === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
  }, [theme]);
  useEffect(() => {
    document.title = waiting === 0 ? words.product : `(${waiting}) ${words.product}`;
  }, [waiting]);

  return (
    <div className={styles.app}>
      {session.is === "signed-in" ? (
        <>
          <Shell state={state} session={session} actions={actions} />
          <LiveRegion key={session.address} store={store} />
        </>
      ) : session.is === "elsewhere" ? (
        <Elsewhere address={session.address} actions={actions} />
      ) : (
        <SignIn config={state.config} session={session} actions={actions} />
      )}
    </div>
  );
}
