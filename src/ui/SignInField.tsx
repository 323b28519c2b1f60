/** The fields of the sign-in form: a line of text with what is wrong below it, and the choice of a server. */
import { ChevronsUpDown, Globe } from "lucide-react";
import type { ReactNode } from "react";
import { useId } from "react";
import type { Preset } from "../client/model.ts";
import { classes } from "./class-names.ts";
import styles from "./SignInField.module.css";
import { words } from "./words.ts";

const text = words.signIn;
const another = -1;

type PresetFieldProps = {
  readonly presets: readonly Preset[];
  readonly index: number;
  readonly className: string | undefined;
  readonly onPreset: (index: number) => void;
};

export function PresetField({ presets, index, className, onPreset }: PresetFieldProps): ReactNode {
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

type SignInFieldProps = {
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

export function SignInField({
  name,
  label,
  type = "text",
  placeholder = "",
  defaultValue,
  autoComplete = "off",
  inputMode = "email",
  problem = null,
  children,
}: SignInFieldProps): ReactNode {
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
