/**
 * The account is live in another tab of this browser: says so, and offers to go on here, which ends it there.
 */
import type { ReactNode } from "react";
import { useRef } from "react";
import type { Actions } from "../client/model.ts";
import { Button } from "./Button.tsx";
import { Logo } from "./Logo.tsx";
import { shownAddress } from "./people.ts";
import styles from "./SignIn.module.css";
import { useFocusFromNowhere } from "./use-focus.ts";
import { StrandsArt } from "./StrandsArt.tsx";
import { words } from "./words.ts";
import { panels } from "./words-panels.ts";

type ElsewhereProps = { readonly address: string; readonly actions: Actions };

export function Elsewhere({ address, actions }: ElsewhereProps): ReactNode {
  const top = useRef<HTMLHeadingElement>(null);
  useFocusFromNowhere(top);
  return (
    <main className={styles.page} aria-label={panels.elsewhere.page}>
      <StrandsArt />
      <div className={styles.side}>
        <div className={styles.column}>
          <p className={styles.brand}>
            <Logo size={32} />
            {words.product}
          </p>
          <h1 ref={top} tabIndex={-1} className={styles.title}>
            {panels.elsewhere.title}
          </h1>
          <p className={styles.more}>{panels.elsewhere.more(shownAddress(address))}</p>
          <div className={styles.ways}>
            <Button kind="solid" onPress={() => actions.useHere()}>
              {panels.elsewhere.useHere}
            </Button>
            <Button onPress={() => actions.signOut()}>{panels.elsewhere.other}</Button>
          </div>
        </div>
      </div>
    </main>
  );
}
