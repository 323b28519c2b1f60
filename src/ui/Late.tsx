/**
 * A part of the screen that is fetched when it is first asked for. The server it comes from may be away just then, or
 * have another version of the app by now: that is said, and nothing else on the screen is lost by it.
 *
 * Not React's `lazy`, which throws what went wrong at the whole tree and keeps it for ever.
 */
import type { ComponentType, ReactNode } from "react";
import { useEffect, useState } from "react";
import { Button } from "./Button.tsx";
import styles from "./Late.module.css";
import { words } from "./words.ts";

type Closable = { readonly onClose: () => void };

export function late<Props extends Closable>(
  fetchPart: () => Promise<ComponentType<Props>>,
): (props: Props) => ReactNode {
  let fetched: ComponentType<Props> | null = null;
  return function Late(props) {
    const [is, setIs] = useState<"on-its-way" | "here" | "missing">("on-its-way");
    useEffect(() => {
      if (is !== "on-its-way") return;
      let isWanted = true;
      fetchPart().then(
        (part) => {
          fetched = part;
          if (isWanted) setIs("here");
        },
        () => {
          if (isWanted) setIs("missing");
        },
      );
      return () => {
        isWanted = false;
      };
    }, [is]);
    const Part = fetched;
    if (Part !== null) return <Part {...props} />;
    return is === "missing" ? <Missing onRetry={() => setIs("on-its-way")} onClose={props.onClose} /> : null;
  };
}

function Missing({ onRetry, onClose }: Closable & { readonly onRetry: () => void }): ReactNode {
  return (
    <div className={styles.late}>
      <p role="alert" className={styles.text}>
        {words.notFetched}
      </p>
      <div className={styles.buttons}>
        <Button kind="outline" size="small" onPress={onClose}>
          {words.close}
        </Button>
        <Button kind="soft" size="small" onPress={onRetry}>
          {words.tryAgain}
        </Button>
      </div>
    </div>
  );
}
