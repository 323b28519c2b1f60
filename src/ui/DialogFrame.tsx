/**
 * The frame of every dialog: title, close, a body that scrolls and a footer that does not; a full page on a phone.
 *
 * Esc and a press outside close it, and the focus goes back to what opened it. A question (`Ask`) is small, in
 * front of everything, and is answered by one of its two buttons or Esc.
 */
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Dialog, Heading } from "react-aria-components/Dialog";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { Button } from "./Button.tsx";
import { classes } from "./class-names.ts";
import styles from "./DialogFrame.module.css";
import { words } from "./words.ts";

type DialogFrameProps = {
  readonly title: string;
  readonly onClose: () => void;
  /** Whether a press outside closes it; not while that would lose what was typed. */
  readonly isDismissable?: boolean;
  /** As tall as there is room for, so that a list that gets shorter moves nothing. */
  readonly isTall?: boolean;
  /** In front of another dialog, which darkens what is behind already. */
  readonly isSecond?: boolean;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
};

export function DialogFrame({
  title,
  onClose,
  isDismissable = true,
  isTall = false,
  isSecond = false,
  children,
  footer,
}: DialogFrameProps): ReactNode {
  return (
    <ModalOverlay
      isOpen
      isDismissable={isDismissable}
      className={classes(styles.overlay, isSecond && styles.second)}
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
    >
      <Modal className={classes(styles.modal, isTall && styles.tall)}>
        <Dialog className={styles.dialog ?? ""}>
          <header className={styles.header}>
            <Heading slot="title" level={2} className={styles.title ?? ""}>
              {title}
            </Heading>
            <Button
              kind="icon"
              label={words.close}
              icon={<X size={20} strokeWidth={1.75} aria-hidden="true" />}
              onPress={onClose}
            />
          </header>
          {children}
          {footer === undefined ? null : <footer className={styles.footer}>{footer}</footer>}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

type AskProps = {
  readonly title: string;
  readonly text: string;
  readonly stay: string;
  readonly go: string;
  readonly onStay: () => void;
  readonly onGo: () => void;
};

/** Asked before something that can't be taken back; the button says what it does, never just "OK". */
export function Ask({ title, text, stay, go, onStay, onGo }: AskProps): ReactNode {
  return (
    <ModalOverlay
      isOpen
      className={classes(styles.overlay, styles.asking)}
      onOpenChange={(isOpen) => {
        if (!isOpen) onStay();
      }}
    >
      <Modal className={classes(styles.modal, styles.ask)}>
        <Dialog role="alertdialog" className={styles.dialog ?? ""} aria-describedby="ask-text">
          <Heading slot="title" level={2} className={classes(styles.title, styles.askTitle)}>
            {title}
          </Heading>
          <p id="ask-text" className={styles.askText}>
            {text}
          </p>
          <div className={styles.askButtons}>
            {/* A question starts at the answer that changes nothing. */}
            {/* oxlint-disable-next-line jsx-a11y/no-autofocus */}
            <Button kind="quiet" autoFocus onPress={onStay}>
              {stay}
            </Button>
            <Button kind="danger-soft" onPress={onGo}>
              {go}
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
