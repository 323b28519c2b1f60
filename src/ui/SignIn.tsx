/**
 * Signing in: one press for a demo person, or server, address and password.
 *
 * Advanced settings hold what a preset already knows, so that this static app works with any server. What went
 * wrong stands right above the button that tries again.
 */
import { ChevronRight, ChevronsUpDown, CircleAlert, Eye, EyeOff, Globe, LoaderCircle } from "lucide-react";
import type { FormEvent, ReactNode } from "react";
import { useId, useState } from "react";
import type { Actions, AppConfig, Preset, Session } from "../client/model.ts";
import { Button } from "./Button.tsx";
import { classes } from "./class-names.ts";
import { Face } from "./Face.tsx";
import { Logo } from "./Logo.tsx";
import { colourOf, shortName } from "./people.ts";
import styles from "./SignIn.module.css";
import { demoSignIn, type Missing, signInOf } from "./sign-in-form.ts";
import { StrandsArt } from "./StrandsArt.tsx";
import { words } from "./words.ts";

type SignInProps = {
  readonly config: AppConfig;
  readonly session: Exclude<Session, { readonly is: "signed-in" }>;
  readonly actions: Actions;
};

const text = words.signIn;

export function SignIn({ config, session, actions }: SignInProps): ReactNode {
  const [index, setIndex] = useState(config.presets.length > 0 ? 0 : -1);
  const preset = config.presets[index] ?? null;
  const isBusy = session.is === "signing-in";
  return (
    <main className={styles.page} aria-label={text.page}>
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
            <Demo preset={preset} session={session} actions={actions} />
          )}
          <Form
            presets={config.presets}
            index={index}
            preset={preset}
            isBusy={isBusy}
            problem={session.is === "signed-out" ? session.problem : null}
            actions={actions}
            onPreset={setIndex}
          />
        </div>
      </div>
    </main>
  );
}

type DemoProps = {
  readonly preset: Preset;
  readonly session: SignInProps["session"];
  readonly actions: Actions;
};

function Demo({ preset, session, actions }: DemoProps): ReactNode {
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

type FormProps = {
  readonly presets: readonly Preset[];
  readonly index: number;
  readonly preset: Preset | null;
  readonly isBusy: boolean;
  readonly problem: string | null;
  readonly actions: Actions;
  readonly onPreset: (index: number) => void;
};

function Form({ presets, index, preset, isBusy, problem, actions, onPreset }: FormProps): ReactNode {
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
      if (field instanceof HTMLInputElement) field.focus();
      return;
    }
    setMissing(null);
    actions.signIn(result);
  };

  const wrong = (field: Missing["field"]): string | null =>
    missing?.field === field ? missing.problem : null;
  return (
    <form className={styles.form} noValidate onSubmit={submit}>
      {presets.length === 0 ? null : (
        <PresetField presets={presets} index={index} className={styles.wideOnly} onPreset={onPreset} />
      )}
      <Field
        name="address"
        label={text.address}
        placeholder={text.addressExample(preset?.domain ?? "example.org")}
        autoComplete="username"
        inputMode="email"
        problem={wrong("address")}
      />
      <Field
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
      </Field>
      <div className={styles.row}>
        <details
          className={styles.advanced}
          open={preset === null || missing?.field === "server" ? true : undefined}
        >
          <summary>
            <ChevronRight size={16} className="directional" aria-hidden="true" />
            {text.advanced}
          </summary>
          <div className={styles.fields}>
            {presets.length === 0 ? null : (
              <PresetField presets={presets} index={index} className={styles.phoneOnly} onPreset={onPreset} />
            )}
            <Field
              key={`server-${index}`}
              name="server"
              label={text.serverUrl}
              placeholder="wss://example.org/sip"
              defaultValue={preset?.server}
              inputMode="url"
              problem={wrong("server")}
            />
            <Field
              key={`factory-${index}`}
              name="factory"
              label={text.factory}
              placeholder={text.factoryNone}
              defaultValue={preset?.factory ?? undefined}
              inputMode="url"
            />
            <Field
              key={`relay-${index}`}
              name="relay"
              label={text.relay}
              placeholder="wss://example.org/msrp"
              defaultValue={preset?.relay}
              inputMode="url"
            />
          </div>
        </details>
        <label className={styles.keep}>
          <input type="checkbox" name="keep" />
          {text.keep}
        </label>
      </div>
      <div role="alert" className={styles.alert}>
        {problem === null || isBusy ? null : (
          <p className={styles.problem}>
            <CircleAlert size={16} aria-hidden="true" />
            {problem}
          </p>
        )}
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

const another = -1;

type PresetFieldProps = {
  readonly presets: readonly Preset[];
  readonly index: number;
  readonly className: string | undefined;
  readonly onPreset: (index: number) => void;
};

function PresetField({ presets, index, className, onPreset }: PresetFieldProps): ReactNode {
  const id = useId();
  return (
    <div className={className}>
      <label className={styles.label} htmlFor={id}>
        {text.server}
      </label>
      <div className={styles.box}>
        <Globe size={17} aria-hidden="true" />
        <select id={id} value={index} onChange={(event) => onPreset(Number(event.currentTarget.value))}>
          {presets.map((preset, at) => (
            <option key={preset.name} value={at}>
              {preset.name}
            </option>
          ))}
          <option value={another}>{text.custom}</option>
        </select>
        <ChevronsUpDown size={16} aria-hidden="true" />
      </div>
    </div>
  );
}

type FieldProps = {
  readonly name: string;
  readonly label: string;
  readonly type?: "text" | "password";
  readonly placeholder?: string;
  readonly defaultValue?: string | undefined;
  readonly autoComplete?: string;
  readonly inputMode?: "email" | "url";
  readonly problem?: string | null;
  readonly children?: ReactNode;
};

function Field({
  name,
  label,
  type = "text",
  placeholder = "",
  defaultValue,
  autoComplete = "off",
  inputMode = "email",
  problem = null,
  children,
}: FieldProps): ReactNode {
  const id = useId();
  return (
    <div>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      <div className={classes(styles.box, problem !== null && styles.wrong)}>
        <input
          id={id}
          name={name}
          type={type}
          placeholder={placeholder}
          defaultValue={defaultValue}
          autoComplete={autoComplete}
          autoCapitalize="none"
          spellCheck={false}
          inputMode={type === "password" ? "text" : inputMode}
          aria-invalid={problem !== null}
          {...(problem === null ? {} : { "aria-describedby": `${id}-problem` })}
        />
        {children}
      </div>
      {problem === null ? null : (
        <p id={`${id}-problem`} className={styles.fieldProblem}>
          {problem}
        </p>
      )}
    </div>
  );
}

function Spinner({ size }: { readonly size: number }): ReactNode {
  return (
    <span className={styles.spinner} style={{ width: size, height: size }}>
      <LoaderCircle size={size * 0.6} className={styles.turning} aria-hidden="true" />
    </span>
  );
}
