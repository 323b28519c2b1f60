/**
 * Settings: how it looks, whether invitations of known people are joined by themselves, which keys there are, what the
 * server lacks, and signing out.
 *
 * Each choice holds at once; there is nothing to save. Signing out asks only where something would be lost.
 */
import { ListChecks, LogOut } from "lucide-react";
import type { ReactNode } from "react";
import { useId, useState } from "react";
import { Label, Radio, RadioGroup } from "react-aria-components/RadioGroup";
import { Switch } from "react-aria-components/Switch";
import type { Actions, AppState, Settings as SettingsOf } from "../client/model.ts";
import { Button } from "./Button.tsx";
import { classes } from "./class-names.ts";
import { Ask, DialogFrame } from "./DialogFrame.tsx";
import { Face } from "./Face.tsx";
import { late } from "./Late.tsx";
import { selfOf } from "./people-of-chat.ts";
import { fullName, shownAddress } from "./people.ts";
import styles from "./Settings.module.css";
import { unsentIn } from "./unsent.ts";
import { searchKeys } from "./use-shortcuts.ts";
import { dialogs } from "./words-dialogs.ts";

const CheckServer = late(() => import("./CheckServer.tsx").then((file) => file.CheckServer));

type SettingsProps = { readonly state: AppState; readonly actions: Actions; readonly onClose: () => void };

const text = dialogs.settings;
const themes = ["system", "light", "dark"] as const satisfies readonly SettingsOf["theme"][];

export function Settings({ state, actions, onClose }: SettingsProps): ReactNode {
  const [isAsking, setAsking] = useState(false);
  const [isChecking, setChecking] = useState(false);
  const hint = useId();
  const keys = useId();
  const self = selfOf(state);
  const { settings } = state;
  const unsent = unsentIn(state);
  const signOut = (): void => {
    onClose();
    actions.signOut();
  };
  return (
    <DialogFrame title={text.title} onClose={onClose}>
      <div className={styles.body}>
        {self === null ? null : (
          <div className={styles.self}>
            <Face person={self} size={56} />
            <div className={styles.texts}>
              <p className={styles.name}>
                <bdi>{fullName(self)}</bdi>
              </p>
              <p className={styles.second}>{shownAddress(self.address)}</p>
            </div>
          </div>
        )}
        <RadioGroup
          className={styles.group ?? ""}
          orientation="horizontal"
          value={settings.theme}
          onChange={(value) => {
            const theme = themes.find((one) => one === value);
            if (theme !== undefined) actions.setSettings({ ...settings, theme });
          }}
        >
          <Label className={styles.label ?? ""}>{text.theme}</Label>
          <div className={styles.segments}>
            {themes.map((theme) => (
              <Radio key={theme} value={theme} className={styles.segment ?? ""}>
                {text.themes[theme]}
              </Radio>
            ))}
          </div>
        </RadioGroup>
        <div className={styles.choice}>
          <Switch
            className={styles.switch ?? ""}
            isSelected={settings.joinByItself}
            aria-describedby={hint}
            onChange={(joinByItself) => actions.setSettings({ ...settings, joinByItself })}
          >
            <span>{text.joinByItself}</span>
            <span className={styles.track} aria-hidden="true">
              <span className={styles.thumb} />
            </span>
          </Switch>
          <p id={hint} className={styles.hint}>
            {text.joinByItselfMore}
          </p>
        </div>
        <section className={styles.keys} aria-labelledby={keys}>
          <h3 id={keys} className={styles.label}>
            {text.keys}
          </h3>
          <dl>
            {text.keyOf.map(([does, pressed]) => (
              <div key={does} className={styles.key}>
                <dt>{does}</dt>
                <dd>{pressed === "search" ? searchKeys() : pressed}</dd>
              </div>
            ))}
          </dl>
        </section>
        <div className={styles.out}>
          <Button
            kind="text"
            className={classes(styles.action, styles.check)}
            icon={<ListChecks size={20} strokeWidth={1.75} aria-hidden="true" />}
            onPress={() => setChecking(true)}
          >
            {text.check}
          </Button>
          <Button
            kind="danger"
            className={styles.action}
            icon={<LogOut size={20} strokeWidth={1.75} className="directional" aria-hidden="true" />}
            onPress={() => (unsent === 0 ? signOut() : setAsking(true))}
          >
            {text.signOut}
          </Button>
        </div>
      </div>
      {isChecking ? <CheckServer actions={actions} isSecond onClose={() => setChecking(false)} /> : null}
      {isAsking ? (
        <Ask
          title={text.signOutAsk}
          text={text.unsent(unsent)}
          stay={text.stay}
          go={text.signOut}
          onStay={() => setAsking(false)}
          onGo={signOut}
        />
      ) : null}
    </DialogFrame>
  );
}
