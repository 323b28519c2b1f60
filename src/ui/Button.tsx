/**
 * The one button. Its kind says how loud it is: one `solid` per view, `soft` beside it, `quiet` for the rest.
 *
 * An icon alone needs a `label`; a disabled button needs its reason beside it, which is the caller's to write.
 */
import type { ReactNode } from "react";
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components/Button";
import { classes } from "./class-names.ts";
import styles from "./Button.module.css";

export type ButtonKind = "solid" | "soft" | "quiet" | "outline" | "text" | "danger" | "danger-soft" | "icon";

export type ButtonProps = Omit<AriaButtonProps, "className" | "style" | "children" | "aria-label"> & {
  readonly kind?: ButtonKind;
  readonly size?: "small" | "medium" | "large";
  readonly icon?: ReactNode;
  /** The accessible name, where the children do not say it. */
  readonly label?: string;
  readonly wide?: boolean;
  readonly className?: string | undefined;
  readonly children?: ReactNode;
};

export function Button({
  kind = "quiet",
  size = "medium",
  icon,
  label,
  wide = false,
  className,
  children,
  ...rest
}: ButtonProps): ReactNode {
  return (
    <AriaButton
      {...rest}
      {...(label === undefined ? {} : { "aria-label": label })}
      className={classes(styles.button, styles[kind], styles[size], wide && styles.wide, className)}
    >
      {icon}
      {children}
    </AriaButton>
  );
}
