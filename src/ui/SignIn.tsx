/**
 * The page before anybody is signed in: what this is, one press for a demo person, or one's own account.
 */
import type { ReactNode } from "react";
import { useState } from "react";
import type { Actions, AppConfig, Session } from "../client/model.ts";
import { late } from "./Late.tsx";
import { Logo } from "./Logo.tsx";
import styles from "./SignIn.module.css";
import { SignInDemo } from "./SignInDemo.tsx";
import { SignInForm } from "./SignInForm.tsx";
import { StrandsArt } from "./StrandsArt.tsx";
import { words } from "./words.ts";

const CheckServer = late(() => import("./CheckServer.tsx").then((file) => file.CheckServer));

type SignInProps = {
  readonly config: AppConfig;
  readonly session: Exclude<Session, { readonly is: "signed-in" | "elsewhere" }>;
  readonly actions: Actions;
};

export function SignIn({ config, session, actions }: SignInProps): ReactNode {
  const [index, setIndex] = useState(config.presets.length > 0 ? 0 : -1);
  const [isChecking, setChecking] = useState(false);
  const preset = config.presets[index] ?? null;
  const isBusy = session.is === "signing-in";
  return (
    <main className={styles.page} aria-label={words.signIn.page}>
      <StrandsArt />
      <div className={styles.side}>
        <div className={styles.column}>
          <p className={styles.brand}>
            <Logo size={32} />
            {words.product}
          </p>
          <h1 className={styles.title}>{words.tagLine}</h1>
          <p className={styles.more}>{words.tagLineMore}</p>
          {preset === null || preset.demo.length === 0 ? null : (
            <SignInDemo preset={preset} session={session} actions={actions} />
          )}
          <SignInForm
            presets={config.presets}
            index={index}
            preset={preset}
            isBusy={isBusy}
            problem={session.is === "signed-out" ? session.problem : null}
            onCheck={session.is === "signed-out" && session.tried === true ? () => setChecking(true) : null}
            actions={actions}
            onPreset={setIndex}
          />
        </div>
      </div>
      {isChecking ? <CheckServer actions={actions} onClose={() => setChecking(false)} /> : null}
    </main>
  );
}
