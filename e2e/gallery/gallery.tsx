/**
 * The screens without a network: the real App on a fixture state, for looking and for tests of the screen alone.
 *
 * `?screen=group-alice` names the state, without it they are listed. Selecting, drafts and settings work, so that
 * panes and composer can be tried; everything else is written to `window.calls` and changes nothing.
 */
import { createRoot } from "react-dom/client";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Actions, AppState } from "../../src/client/model.ts";
import { type Call, inertActions } from "../../src/testing/fixtures/actions.ts";
import { type PanelName, panels } from "../../src/testing/fixtures/panels.ts";
import { type ScreenName, screens } from "../../src/testing/fixtures/screens.ts";
import { App } from "../../src/ui/App.tsx";
import "../../src/ui/index.css";

declare global {
  interface Window {
    calls: Call[];
    store: StoreApi<AppState>;
    /** Puts another screen's state into the store of this one. */
    show: (name: Name) => void;
  }
}

const now = Date.now();
const all = { ...screens(now), ...panels(now) };
type Name = ScreenName | PanelName;
const isScreen = (name: string | null): name is Name => name !== null && Object.hasOwn(all, name);

function mount(element: HTMLElement, name: Name): void {
  const store = createStore<AppState>(() => all[name]);
  const calls: Call[] = [];
  window.calls = calls;
  window.store = store;
  window.show = (next) => store.setState(all[next], true);
  const inert = inertActions(calls);
  const actions: Actions = {
    ...inert,
    select: (id) => {
      inert.select(id);
      store.setState({ selected: id });
    },
    setDraft: (id, draft) => {
      inert.setDraft(id, draft);
      const chat = store.getState().chats[id];
      if (chat !== undefined)
        store.setState({ chats: { ...store.getState().chats, [id]: { ...chat, draft } } });
    },
    setSettings: (settings) => {
      inert.setSettings(settings);
      store.setState({ settings });
    },
  };
  createRoot(element).render(<App store={store} actions={actions} />);
}

const root = document.getElementById("root");
const wanted = new URLSearchParams(location.search).get("screen");
if (root !== null && isScreen(wanted)) {
  mount(root, wanted);
} else if (root !== null) {
  document.body.style.overflow = "auto";
  createRoot(root).render(
    <ul style={{ padding: 24 }}>
      {Object.keys(all).map((name) => (
        <li key={name}>
          <a href={`?screen=${name}`}>{name}</a>
        </li>
      ))}
    </ul>,
  );
}
