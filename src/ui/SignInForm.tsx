/**
 * Signing in with one's own account: address, password, and behind Advanced what a preset already knows, so that
 * this static app works with any server. What went wrong stands right above the button that tries again.
 */
import { ChevronRight, CircleAlert, Eye, EyeOff, LoaderCircle } from "lucide-react";
import type { FormEvent, ReactNode } from "react";
import { useEffect, useRef, useState } from "react";
import type { Actions, Preset } from "../client/model.ts";
import { Button } from "./Button.tsx";
import { PresetField, SignInField } from "./SignInField.tsx";
import styles from "./SignInForm.module.css";
import { type Missing, signInOf } from "./sign-in-form.ts";
import { words } from "./words.ts";

const text = words.signIn;

type SignInFormProps = {
  readonly presets: readonly Preset[];
  readonly index: number;
  readonly preset: Preset | null;
  readonly isBusy: boolean;
  readonly problem: string | null;
  /** Looks into it; null: there is nothing to look at. */
  readonly onCheck: (() => void) | null;
  readonly actions: Actions;
  readonly onPreset: (index: number) => void;
};

export function SignInForm({
  presets,
  index,
  preset,
  isBusy,
  problem,
  onCheck,
  actions,
  onPreset,
}: SignInFormProps): ReactNode {
  const [missing, setMissing] = useState<Missing | null>(null);
  const [isShown, setShown] = useState(false);

  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const typed = (name: string): string => {
      const value = form.get(name);
      return typeof value === "string" ? value : "";
    };
    const result = signInOf(
      {
        server: typed("server"),
        address: typed("address"),
        password: typed("password"),
        factory: typed("factory"),
        relay: typed("relay"),
        keep: form.has("keep"),
      },
      preset,
    );
    if ("problem" in result) {
      setMissing(result);
      const field = event.currentTarget.elements.namedItem(result.field);
      if (!(field instanceof HTMLInputElement)) return;
      // What is folded away cannot take the focus.
      field.closest("details")?.setAttribute("open", "");
      field.focus();
      return;
    }
    setMissing(null);
    actions.signIn(result);
  };

  const says = problem !== null && !isBusy;
  const wrong = (field: Missing["field"]): string | null =>
    missing?.field === field ? missing.problem : null;
  return (
    <form className={styles.form} noValidate onSubmit={submit}>
      {presets.length === 0 ? null : (
        <PresetField presets={presets} index={index} className={styles.wideOnly} onPreset={onPreset} />
      )}
      <SignInField
        name="address"
        label={text.address}
        placeholder={text.addressExample(preset?.domain ?? "example.org")}
        autoComplete="username"
        inputMode="email"
        problem={wrong("address")}
      />
      <SignInField
        name="password"
        label={text.password}
        type={isShown ? "text" : "password"}
        autoComplete="current-password"
        problem={wrong("password")}
      >
        <Button
          kind="icon"
          size="small"
          className={styles.eye}
          label={isShown ? text.hidePassword : text.showPassword}
          icon={isShown ? <EyeOff size={16} aria-hidden="true" /> : <Eye size={16} aria-hidden="true" />}
          onPress={() => setShown(!isShown)}
        />
      </SignInField>
      <div className={styles.row}>
        <Advanced
          presets={presets}
          index={index}
          preset={preset}
          problem={wrong("server")}
          onPreset={onPreset}
        />
        <label className={styles.keep}>
          <input type="checkbox" name="keep" />
          {text.keep}
        </label>
      </div>
      <div className={says ? styles.problem : styles.nothing}>
        <div role="alert" className={styles.alert}>
          {says ? <Problem>{problem}</Problem> : null}
        </div>
        {says && onCheck !== null ? (
          <Button kind="danger" size="small" className={styles.check} onPress={onCheck}>
            {text.check}
          </Button>
        ) : null}
      </div>
      <Button
        type="submit"
        kind="solid"
        size="large"
        wide
        isDisabled={isBusy}
        icon={isBusy ? <LoaderCircle size={18} className={styles.turning} aria-hidden="true" /> : null}
      >
        {isBusy ? text.signingIn : text.submit}
      </Button>
    </form>
  );
}

/** Comes into view by itself: on a phone the button it stands over may be below the fold. */
function Problem({ children }: { readonly children: ReactNode }): ReactNode {
  const shown = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    shown.current?.scrollIntoView({ block: "nearest" });
  }, []);
  return (
    <p ref={shown} className={styles.problemText}>
      <CircleAlert size={16} aria-hidden="true" />
      {children}
    </p>
  );
}

type AdvancedProps = Pick<SignInFormProps, "presets" | "index" | "preset" | "onPreset"> & {
  /** What is wrong with the server's URL. */
  readonly problem: string | null;
};

function Advanced({ presets, index, preset, problem, onPreset }: AdvancedProps): ReactNode {
  return (
    <details className={styles.advanced} open={preset === null || problem !== null ? true : undefined}>
      <summary>
        <ChevronRight size={16} className="directional" aria-hidden="true" />
        {text.advanced}
      </summary>
      <div className={styles.fields}>
        {presets.length === 0 ? null : (
          <PresetField presets={presets} index={index} className={styles.phoneOnly} onPreset={onPreset} />
        )}
        <SignInField
          key={`server-${index}`}
          name="server"
          label={text.serverUrl}
          placeholder="wss://example.org/sip"
          defaultValue={preset?.server}
          inputMode="url"
          problem={problem}
        />
        <SignInField
          key={`factory-${index}`}
          name="factory"
          label={text.factory}
          placeholder={text.factoryNone}
          defaultValue={preset?.factory ?? undefined}
          inputMode="url"
        />
        <SignInField
          key={`relay-${index}`}
          name="relay"
          label={text.relay}
          placeholder="wss://example.org/msrp"
          defaultValue={preset?.relay}
          inputMode="url"
        />
      </div>
    </details>
  );
}
