/**
 * The one button. Its kind says how loud it is: one `solid` per view, `soft` beside it, `quiet` for the rest.
 *
 * An icon alone needs a `label`; a disabled button needs its reason beside it, which is the caller's to write. It is
 * the browser's own: the library that dialogs are made of is not needed before one is opened.
 */
import type { ButtonHTMLAttributes, KeyboardEvent, MouseEvent, ReactNode } from "react";
import { classes } from "./class-names.ts";
import styles from "./Button.module.css";

export type ButtonKind = "solid" | "soft" | "quiet" | "outline" | "text" | "danger" | "danger-soft" | "icon";

export type ButtonProps = Pick<
  ButtonHTMLAttributes<HTMLButtonElement>,
  "type" | "autoFocus" | "aria-describedby" | "aria-expanded"
> & {
  readonly kind?: ButtonKind;
  readonly size?: "small" | "medium" | "large";
  readonly icon?: ReactNode;
  /** The accessible name, where the children do not say it. */
  readonly label?: string;
  readonly wide?: boolean;
  readonly className?: string | undefined;
  readonly isDisabled?: boolean;
  readonly children?: ReactNode;
  readonly onPress?: () => void;
};

export function Button({
  kind = "quiet",
  size = "medium",
  icon,
  label,
  wide = false,
  className,
  isDisabled = false,
  type = "button",
  onPress,
  children,
  ...rest
}: ButtonProps): ReactNode {
  const press = (event: MouseEvent<HTMLButtonElement>): void => {
    // Not every browser gives a button the focus that is pressed, and whatever it opens gives the focus back to it.
    event.currentTarget.focus({ preventScroll: true });
    onPress?.();
  };
  return (
    <button
      {...rest}
      type={type}
      disabled={isDisabled}
      {...(label === undefined ? {} : { "aria-label": label })}
      className={classes(styles.button, styles[kind], styles[size], wide && styles.wide, className)}
      onClick={press}
      onKeyDown={pressOnce}
    >
      {icon}
      {children}
    </button>
  );
}

/** A key that is held down presses once, and not what comes into its place as well. */
function pressOnce(event: KeyboardEvent): void {
  if (event.repeat && event.key === "Enter") event.preventDefault();
}
