/** On a demo server its people come first, each in their colour; one press signs in. */
import { LoaderCircle } from "lucide-react";
import type { ReactNode } from "react";
import { useId } from "react";
import type { Actions, Preset, Session } from "../client/model.ts";
import { Button } from "./Button.tsx";
import { Face } from "./Face.tsx";
import { colourOf, shortName } from "./people.ts";
import styles from "./SignInDemo.module.css";
import { demoSignIn } from "./sign-in-form.ts";
import { words } from "./words.ts";

const text = words.signIn;

type SignInDemoProps = {
  readonly preset: Preset;
  readonly session: Exclude<Session, { readonly is: "signed-in" | "elsewhere" }>;
  readonly actions: Actions;
};

export function SignInDemo({ preset, session, actions }: SignInDemoProps): ReactNode {
  const isBusy = session.is === "signing-in";
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className={styles.label}>
        {text.demo}
      </h2>
      <ul className={styles.demo}>
        {preset.demo.map((account, index) => {
          const isTile = index < 3;
          const isThis = isBusy && session.address === account.address;
          return (
            <li
              key={account.address}
              data-person={colourOf(account.address)}
              className={isTile ? styles.tile : styles.small}
            >
              <Button
                label={text.continueAs(account)}
                isDisabled={isBusy}
                icon={
                  isThis ? (
                    <Spinner size={isTile ? 44 : 26} />
                  ) : (
                    <Face person={account} size={isTile ? 44 : 26} />
                  )
                }
                onPress={() => actions.signIn(demoSignIn(preset, account))}
              >
                {shortName(account)}
              </Button>
            </li>
          );
        })}
      </ul>
      <p className={styles.or}>
        <span>{text.own}</span>
      </p>
    </section>
  );
}

function Spinner({ size }: { readonly size: number }): ReactNode {
  return (
    <span className={styles.spinner} style={{ width: size, height: size }}>
      <LoaderCircle size={size * 0.6} className={styles.turning} aria-hidden="true" />
    </span>
  );
}
