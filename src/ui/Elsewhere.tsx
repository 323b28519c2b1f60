/**
 * The account is live in another tab of this browser: says so, and offers to go on here, which ends it there.
 */
import type { ReactNode } from "react";
import type { Actions } from "../client/model.ts";
import { Button } from "./Button.tsx";
import { Logo } from "./Logo.tsx";
import { shownAddress } from "./people.ts";
import styles from "./SignIn.module.css";
import { words } from "./words.ts";
import { panels } from "./words-panels.ts";

type ElsewhereProps = { readonly address: string; readonly actions: Actions };

export function Elsewhere({ address, actions }: ElsewhereProps): ReactNode {
  return (
    <main className={styles.page} aria-label={panels.elsewhere.page}>
      <div className={styles.side}>
        <div className={styles.column}>
          <p className={styles.brand}>
            <Logo size={32} />
            {words.product}
          </p>
          <h1 className={styles.title}>{panels.elsewhere.title}</h1>
          <p className={styles.more}>{panels.elsewhere.more(shownAddress(address))}</p>
          <Button kind="solid" onPress={() => actions.useHere()}>
            {panels.elsewhere.useHere}
          </Button>
          <Button onPress={() => actions.signOut()}>{panels.elsewhere.other}</Button>
        </div>
      </div>
    </main>
  );
}
