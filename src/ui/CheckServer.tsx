/**
 * "Check this server": what chats and groups need of it, line by line as each is found out; what is missing stands
 * under its line, with what to change. The report is the same as text, to be sent to whoever runs the server.
 *
 * A screen reader hears that it is being checked and how it ended; the lines are there to be read.
 */
import { Check as Tick, ClipboardCopy, LoaderCircle, Minus, RotateCw, X } from "lucide-react";
import type { ReactNode, RefObject } from "react";
import { useEffect, useRef, useState } from "react";
import type { Actions, Check, CheckLine } from "../client/model.ts";
import { Button } from "./Button.tsx";
import styles from "./CheckServer.module.css";
import { copyText } from "./copy-text.ts";
import { DialogFrame } from "./DialogFrame.tsx";
import { shownAddress } from "./people.ts";
import { dialogs } from "./words-dialogs.ts";

type CheckServerProps = {
  readonly actions: Actions;
  /** In front of another dialog. */
  readonly isSecond?: boolean;
  readonly onClose: () => void;
};

const text = dialogs.checkServer;

export function CheckServer({ actions, isSecond = false, onClose }: CheckServerProps): ReactNode {
  const [check, setCheck] = useState<Check | null>(null);
  const [round, setRound] = useState(1);
  const [copied, setCopied] = useState<"yes" | "no" | null>(null);
  useEffect(() => {
    // Another round is another check; the number itself says nothing to it.
    void round;
    return actions.checkServer(setCheck);
  }, [actions, round]);
  const isDone = check?.isDone === true;
  const lines = useRef<HTMLOListElement>(null);
  useFollowing(lines, check);
  const again = (): void => {
    setCopied(null);
    setCheck(null);
    setRound(round + 1);
  };
  const copy = (): void => {
    void copyText(check?.report ?? "").then((isCopied) => setCopied(isCopied ? "yes" : "no"));
  };
  return (
    <DialogFrame
      title={text.title}
      onClose={onClose}
      isTall
      isSecond={isSecond}
      footer={
        <>
          <output className={styles.summary} data-passed={isDone && hasPassed(check)}>
            {copied !== null ? text.copied[copied] : isDone ? check.summary : <Checking check={check} />}
          </output>
          <div className={styles.buttons}>
            <Button
              kind="quiet"
              className={styles.button}
              icon={<ClipboardCopy size={18} strokeWidth={1.75} aria-hidden="true" />}
              isDisabled={check === null}
              onPress={copy}
            >
              {text.copy}
            </Button>
            <Button
              kind="solid"
              className={styles.button}
              icon={<RotateCw size={18} strokeWidth={1.75} aria-hidden="true" />}
              isDisabled={!isDone}
              onPress={again}
            >
              {text.again}
            </Button>
          </div>
        </>
      }
    >
      {/* It scrolls, and nothing in it takes the focus. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section className={styles.body} tabIndex={0} aria-label={text.lines}>
        <p className={styles.about}>
          {check === null ? text.about : text.aboutServer(shownAddress(check.address), check.server)}
        </p>
        <ol ref={lines} className={styles.lines} aria-busy={!isDone}>
          {(check?.lines ?? []).map((line) => (
            <Row key={line.id} line={line} />
          ))}
        </ol>
      </section>
    </DialogFrame>
  );
}

/** The count is seen and not heard, which would be once a line. */
function Checking({ check }: { readonly check: Check | null }): ReactNode {
  const all = check?.lines ?? [];
  const known = all.filter(({ is }) => is !== "waiting" && is !== "trying").length;
  return (
    <>
      {text.checking}
      <span aria-hidden="true">{all.length === 0 ? "" : text.progress(known, all.length)}</span>
    </>
  );
}

/** What is being checked stays in view; at the end what failed first, or all from the top. */
function useFollowing(lines: RefObject<HTMLOListElement | null>, check: Check | null): void {
  useEffect(() => {
    const all = lines.current;
    if (check === null || all === null) return;
    const end = all.querySelector('[data-is="failed"]') ?? all.firstElementChild;
    const shown = check.isDone ? end : all.querySelector('[data-is="trying"]');
    shown?.scrollIntoView({ block: check.isDone && shown === all.firstElementChild ? "end" : "nearest" });
  }, [lines, check]);
}

const hasPassed = ({ lines }: Check): boolean => lines.length > 0 && lines.every(({ is }) => is === "passed");

function Row({ line }: { readonly line: CheckLine }): ReactNode {
  const { is, name, means, change, detail } = line;
  return (
    <li className={styles.line} data-is={is}>
      <span className={styles.mark}>
        <Mark is={is} />
      </span>
      <div className={styles.texts}>
        <p className={styles.name}>
          <span className="visually-hidden">{text.is[is]}: </span>
          {name}
        </p>
        {is === "not-tried" ? <p className={styles.detail}>{means}</p> : null}
        {detail === null ? null : <p className={styles.detail}>{detail}</p>}
        {is === "failed" ? (
          <div className={styles.advice}>
            <p className={styles.means}>{means}</p>
            <p>{change}</p>
          </div>
        ) : null}
      </div>
    </li>
  );
}

function Mark({ is }: Pick<CheckLine, "is">): ReactNode {
  const look = { size: 14, strokeWidth: 2.5, "aria-hidden": true } as const;
  switch (is) {
    case "passed":
      return <Tick {...look} />;
    case "failed":
      return <X {...look} />;
    case "trying":
      return <LoaderCircle {...look} size={20} strokeWidth={2} className={styles.turning} />;
    case "not-tried":
      return <Minus {...look} />;
    case "waiting":
      return null;
  }
}
